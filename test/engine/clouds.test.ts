import { expect } from "chai";
import { readFileSync } from "node:fs";
import type { StackInput } from "../../components/model/stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import { expectGolden } from "../support/golden";
import { threeClouds, webIn } from "../support/sites/three-clouds";

const PAIR = { primary: { in: "virginia" }, secondary: { in: "newyork" } };
const INSTANCE = "aws:ec2/instance:Instance";

describe("A site over three clouds", () => {
  let site: CloudSite;
  /** How many events there were before the last change. */
  let since = 0;
  /** What tests before have changed for good: going back would show nothing new. */
  let kept: Partial<StackInput> = {};

  async function change(changes: Partial<StackInput> = {}): Promise<void> {
    since = site.clouds.events.length;
    site.change(threeClouds({ ...kept, ...changes }));
    await site.up();
  }

  /** That something was done before something else, since the last change. */
  function expectOrder(...steps: readonly (readonly [kind: "create" | "update" | "delete" | "rollout", name: string])[]): void {
    const places = steps.map(([kind, name]) => site.clouds.indexOf(kind, name, since));
    const words = steps.map(([kind, name]) => `${kind} ${name}`).join(", then ");
    expect(places, words).to.deep.equal([...places].sort((left, right) => left - right));
  }

  const done = (kind: string): string[] => site.clouds.done(kind, since);

  before(async () => {
    site = await CloudSite.make(threeClouds());
  });
  after(() => site.remove());

  it("comes up, the secondary rolled out before the primary's machine is made, and is left alone by a second up", async () => {
    expect(await site.up()).to.not.include("warning");
    expectOrder(["create", "web-iowa-1"], ["rollout", "secondary"], ["rollout", "primary"]);
    const machine = site.clouds.events.findIndex(({ type, name }) => type === INSTANCE && name === "shop-primary");
    expect(site.clouds.indexOf("rollout", "secondary")).to.be.lessThan(machine);
    // What lets a balancer in stands before its own rollout.
    for (const role of ["primary", "secondary"]) {
      for (const place of ["virginia", "iowa", "newyork"])
        expectOrder(["create", `${place}-from-${role}-8443`], ["rollout", role]);
    }
    // Clients learn of a balancer when it serves.
    expectOrder(["rollout", "primary"], ["create", "shop-front-primary"]);

    since = site.clouds.events.length;
    expect(await site.up()).to.match(/\d+ unchanged/);
    expect(["create", "update", "delete", "rollout"].flatMap(done)).to.deep.equal([]);
  });

  it("has the names that it has always had", () => {
    const urns = site
      .resources()
      .map(({ urn }) => urn.replace("urn:pulumi:test::evenkeel::", ""))
      .sort();
    expectGolden(__dirname, "three-clouds.urns", `${urns.join("\n")}\n`);
  });

  it("keeps what is secret out of its state", async () => {
    const state = readFileSync(site.stateFile(), "utf8");
    expect(state).to.include("ssh-ed25519").and.to.not.include("PRIVATE KEY");
    const { text } = await site.run(["stack", "output", "--json", "--show-secrets", "--stack", "test"]);
    expect(text).to.not.include("PRIVATE KEY");
  });

  it("is scaled up and down: no server goes before both balancers have let go of it", async () => {
    await change({ pools: { web: webIn({ virginia: 3, iowa: 2, newyork: 2 }) } });
    for (const server of ["web-virginia-3", "web-iowa-2", "web-newyork-2"])
      expectOrder(["create", server], ["rollout", "secondary"], ["rollout", "primary"]);
    expect(done("delete")).to.deep.equal([]);

    await change();
    for (const server of ["web-virginia-3", "web-iowa-2", "web-newyork-2"])
      expectOrder(["rollout", "secondary"], ["rollout", "primary"], ["delete", server]);
  });

  it("gets another version of its app: every new server serves before an old one goes, and none is restarted", async () => {
    kept = { pools: { web: webIn({ virginia: 2, iowa: 1, newyork: 1 }, "registry.example.com/shop:2") } };
    await change();
    for (const server of ["web-virginia-1", "web-virginia-2", "web-iowa-1", "web-newyork-1"])
      expectOrder(["create", server], ["rollout", "secondary"], ["rollout", "primary"], ["delete", server]);
    expect([...done("restart"), ...done("ineffective")]).to.deep.equal([]);
  });

  it("has a newer image of the system to choose from, and changes nothing for that", async () => {
    site.clouds.releaseImages();
    since = site.clouds.events.length;
    expect(await site.up()).to.match(/\d+ unchanged/);
  });

  for (const [role, place] of [
    ["primary", "virginia"],
    ["secondary", "newyork"],
  ] as const) {
    it(`has its ${role} balancer replaced: out first, then another machine with the same address`, async () => {
      const other = role === "primary" ? "secondary" : "primary";
      const { loadBalancers: addresses } = await site.deployment();
      await change({ maintenance: [{ balancer: role }] });
      expect(done("delete")).to.include(`shop-front-${role}`);
      expect(done("rollout")).to.not.include(role);

      const pair = { ...PAIR, ...kept.loadBalancers };
      kept = { ...kept, loadBalancers: { ...pair, [role]: { in: place, size: "large" } } };
      await change();
      expect(done("restart")).to.deep.equal([]);
      expectOrder(["create", `shop-${role}`], ["rollout", role], ["create", `shop-front-${role}`], ["delete", `shop-${role}`]);
      expect((await site.deployment()).loadBalancers[role]?.url).to.equal(addresses[role]?.url);
      expect(done("delete")).to.not.include(`shop-${other}`);
    });
  }

  it("loses a data center by the stack: its servers and rules go only after both balancers have let go", async () => {
    const { virginia, newyork } = threeClouds().dataCenters ?? {};
    await change({
      dataCenters: { virginia, newyork } as StackInput["dataCenters"],
      pools: { web: webIn({ virginia: 2, newyork: 1 }, "registry.example.com/shop:2") },
    });
    for (const gone of ["web-iowa-1", "iowa-from-primary-8443", "iowa-from-secondary-8443"])
      expectOrder(["rollout", "secondary"], ["rollout", "primary"], ["delete", gone]);
    expect(site.clouds.declared().filter(({ type }) => type.startsWith("gcp:"))).to.deep.equal([]);
    await change();
    expectOrder(["create", "web-iowa-1"], ["rollout", "secondary"]);
  });

  it("goes without leaving anything", async () => {
    await site.expectSuccess(["destroy", "--yes", "--skip-preview"]);
    expect(site.clouds.declared()).to.deep.equal([]);
  });
});
