import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import { threeClouds } from "../support/sites/three-clouds";

const KEY = /SshKeyPair$/;
const SERVERS = ["web-iowa-1", "web-newyork-1", "web-virginia-1", "web-virginia-2"];

describe("Keys and certificates of a site over three clouds", () => {
  let site: CloudSite;
  /** How many events there were before the last change. */
  let since = 0;
  before(async () => {
    site = await CloudSite.make(threeClouds());
    await site.up();
  });
  after(() => site.remove());

  async function rotate(rotation: StackInput["rotate"], further: Partial<StackInput> = {}): Promise<void> {
    since = site.clouds.events.length;
    site.change(threeClouds({ rotate: rotation, ...further }));
    await site.up();
  }

  const done = (kind: string, type?: RegExp): string[] => site.clouds.done(kind, since, type);

  it("say until when they are good", async () => {
    const { certificates } = await site.deployment();
    expect(Date.parse(certificates?.renewsFrom ?? "")).to.be.greaterThan(Date.now());
    expect(Date.parse(certificates?.expires ?? "")).to.be.greaterThan(Date.parse(certificates?.renewsFrom ?? ""));
  });

  it("are renewed with their authority one step at a time, and no machine is touched", async () => {
    for (const authority of [1, 2]) {
      await rotate({ authority });
      expect(done("update", /Authority/)).to.deep.equal(["shop"]);
      expect(done("update", /TlsTerminator/)).to.deep.equal(SERVERS);
      expect(done("rollout")).to.deep.equal(["primary", "secondary"]);
      expect([...done("create"), ...done("delete"), ...done("restart")]).to.deep.equal([]);
      expect(done("update", /^(aws|gcp|digitalocean):/)).to.deep.equal([]);

      since = site.clouds.events.length;
      expect(await site.up()).to.match(/\d+ unchanged/);
    }
  });

  it("are left as they are when a step is left out or taken back", async () => {
    for (const authority of [4, 1]) {
      since = site.clouds.events.length;
      site.change(threeClouds({ rotate: { authority } }));
      const { code, text } = await site.run(["up", "--yes", "--skip-preview"]);
      expect(code).to.not.equal(0);
      expect(text).to.include(`evenkeel:rotate.authority is ${authority}, but was 2: it must be 2, or 3 for the next step`);
      expect([...done("create"), ...done("update"), ...done("delete")]).to.deep.equal([]);
    }
  });

  it("of servers are renewed with their machines, new ones first", async () => {
    await rotate({ authority: 2, servers: 1 });
    expect(done("create", KEY)).to.include.members([...SERVERS.map((name) => `${name}-host`), "virginia-servers"]);
    expect(done("delete", /Instance$|Droplet$/)).to.deep.equal(SERVERS);
    for (const server of SERVERS) {
      const [rolledOut, gone] = [site.clouds.indexOf("rollout", "primary", since), site.clouds.indexOf("delete", server, since)];
      expect(rolledOut, server).to.be.lessThan(gone);
    }
    expect(done("create")).to.not.include("shop-primary").and.to.not.include("shop-secondary");
  });

  it("of a balancer are renewed with its machine, while it is declared out", async () => {
    const rotation = { authority: 2, servers: 1 };
    await rotate(rotation, { maintenance: [{ balancer: "secondary" }] });
    await rotate({ ...rotation, secondary: 1 });
    expect(done("create", KEY)).to.deep.equal(["newyork", "shop-secondary-host"]);
    expect(done("delete", /Droplet$/)).to.deep.equal(["shop-secondary"]);
    expect(done("rollout")).to.deep.equal(["secondary"]);
    expect(done("create")).to.not.include("shop-primary");
  });
});
