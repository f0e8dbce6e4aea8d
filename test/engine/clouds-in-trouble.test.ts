import { expect } from "chai";
import * as os from "node:os";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import { threeClouds, webIn } from "../support/sites/three-clouds";

const scaledUp = (frozen?: boolean, virginia = 3): StackInput => {
  const { dataCenters, ...rest } = threeClouds({ pools: { web: webIn({ virginia, iowa: 1, newyork: 2 }) } });
  return { ...rest, dataCenters: { ...dataCenters, iowa: { provider: "gcp", region: "us-central1", frozen } } };
};

describe("A cloud whose API fails", () => {
  let site: CloudSite;
  before(async () => {
    site = await CloudSite.make(threeClouds());
    await site.up();
  });
  after(() => site.remove());

  it("fails an up that would change something there; frozen, a scale-up in the others goes live and nobody asks it", async () => {
    site.clouds.fail("gcp");
    site.change(threeClouds({ pools: { web: webIn({ virginia: 3, iowa: 2, newyork: 2 }) } }));
    const { code, text } = await site.run(["up", "--yes", "--skip-preview"]);
    expect(code, text).to.not.equal(0);
    expect(text).to.include("500 Internal Server Error");

    const since = site.clouds.events.length;
    site.change(scaledUp(true));
    await site.up();
    const events = site.clouds.events.slice(since);
    expect(events.filter(({ type }) => type.startsWith("gcp:")).map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal([]);
    const rollouts = events.filter(({ kind }) => kind === "rollout").map(({ inputs }) => inputs?.servers);
    for (const servers of rollouts) expect(servers).to.include.members(["web-virginia-3", "web-newyork-2", "web-iowa-1"]);

    site.clouds.mend("gcp");
    site.change(scaledUp());
    await site.up();
  });

  it("in all data centers at once leaves everything as it is while they are frozen, and after", async () => {
    // Route 53 has the site's name, and is asked as ever.
    for (const cloud of ["gcp", "digitalocean"] as const) site.clouds.fail(cloud);
    const since = site.clouds.events.length;
    const { dataCenters = {}, ...rest } = scaledUp();
    const frozen = Object.entries(dataCenters).map(([place, settings]) => [place, { ...settings, frozen: true }]);
    site.change({ ...rest, dataCenters: Object.fromEntries(frozen) as StackInput["dataCenters"] });
    await site.up();
    const asked = site.clouds.events
      .slice(since)
      .filter(({ type }) => !/^aws:(route53|index\/getIpRanges)|^haproxy|^evenkeel-node/.test(type));
    expect(asked.map(({ kind, type, name }) => `${kind} ${type} ${name}`)).to.deep.equal([]);
    for (const cloud of ["gcp", "digitalocean"] as const) site.clouds.mend(cloud);
    site.change(scaledUp());
    await site.up("--refresh");
    const changes = site.clouds.events
      .slice(since)
      .filter(({ kind, type }) => /^(create|update|delete)$/.test(kind) && !type.startsWith("evenkeel-node:"));
    expect(changes.map(({ kind, type, name }) => `${kind} ${type} ${name}`)).to.deep.equal([]);
  });

  it("that has lost all machines of a frozen data center stops no rollout", async () => {
    site.clouds.lose("web-iowa-1");
    site.clouds.fail("gcp");
    const since = site.clouds.events.length;
    site.change(scaledUp(true, 4));
    const text = await site.up();
    expect(text).to.match(/web-iowa-1 .*No route to host/);
    expect(site.clouds.done("rollout", since)).to.include("primary");
  });
});

describe("A stack that its clouds can't be", () => {
  let site: CloudSite;
  before(async () => {
    site = await CloudSite.make(threeClouds(), {}, { ownProcesses: true });
    for (const name of [
      "DIGITALOCEAN_TOKEN",
      "DIGITALOCEAN_ACCESS_TOKEN",
      "GOOGLE_PROJECT",
      "GOOGLE_CLOUD_PROJECT",
      "GCLOUD_PROJECT",
    ])
      Reflect.deleteProperty(site.environment, name);
    site.environment.HOME = site.folder;
    site.environment.PULUMI_HOME ??= path.join(os.homedir(), ".pulumi");
  });
  after(() => site.remove());

  it("is told all at once, before anything is asked or made", async () => {
    site.change({
      ...threeClouds({
        dataCenters: {
          virginia: { provider: "aws", region: "us-east-11", network: "10.20.0.0/20" },
          iowa: { provider: "gcp", region: "us-central1", zones: ["us-central1-z"], network: "10.20.8.0/21" },
          newyork: { provider: "digitalocean", region: "nyc3", sizes: { small: "s-2vcpu-2gbb" } },
        },
        access: { ssh: ["0.0.0.0/0"] },
        failover: { kind: "dns", zone: "example.org" },
        pools: { web: { ...webIn({ virginia: 1, newyork: 1 }), size: "tiny" } },
      }),
    });
    const { code, text } = await site.run(["preview"]);
    expect(code).to.not.equal(0);
    for (const line of [
      /dataCenters\.virginia\.region +is us-east-11, which is not a region of aws; the nearest are us-east-1/,
      /dataCenters\.iowa\.zones\[0\] +is us-central1-z, which is not a zone of us-central1: /,
      /dataCenters\.virginia\.network +is 10\.20\.0\.0\/20, which overlaps with that of iowa, 10\.20\.8\.0\/21/,
      /dataCenters\.newyork\.sizes\.small +is s-2vcpu-2gbb, which is not a machine type of digitalocean; the nearest are s-2vcpu-2gb/,
      /access\.ssh\[0\] +is 0\.0\.0\.0\/0, which opens SSH to the world/,
      /site\.domain +is shop\.example\.com, which is not in the zone example\.org/,
      /pools\.web\.size +is tiny/,
      /aws:region +is missing/,
      /gcp:project +is missing/,
      /digitalocean:token +is missing/,
    ])
      expect(text).to.match(line);
    expect(site.clouds.events).to.deep.equal([]);
  });
});

describe("Names", () => {
  it("of 60 letters for the stack, and two regions of one cloud, are taken by all", async () => {
    const long = "a".repeat(28);
    const stack = threeClouds({
      site: { name: long, domain: "shop.example.com" },
      dataCenters: {
        [`v${long}`]: { provider: "aws", region: "us-east-1" },
        [`o${long}`]: { provider: "aws", region: "us-west-2" },
        [`i${long}`]: { provider: "gcp", region: "us-central1" },
        [`n${long}`]: { provider: "digitalocean", region: "nyc3" },
      },
      loadBalancers: { primary: { in: `i${long}` }, secondary: { in: `o${long}` } },
      pools: { [`w${long}`]: webIn({ [`v${long}`]: 1, [`i${long}`]: 1, [`n${long}`]: 1 }) },
      routes: [{ pool: `w${long}` }],
    });
    const site = await CloudSite.make(stack, undefined, { name: "s".repeat(60) });
    try {
      await site.up();
      const regions = site.clouds
        .declared()
        .filter(({ type }) => type === "aws:ec2/vpc:Vpc")
        .map(({ inputs }) => inputs.region);
      expect(regions.sort()).to.deep.equal(["us-east-1", "us-west-2"]);
    } finally {
      await site.remove();
    }
  });
});
