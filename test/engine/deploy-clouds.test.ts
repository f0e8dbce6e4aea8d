import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import { deploy } from "../support/sites/deploy";
import { threeClouds, webIn } from "../support/sites/three-clouds";

/** Types of machines, and of what is on them. */
const MACHINE = /Instance|Droplet/;
const SERVERS = ["web-virginia-1", "web-virginia-2", "web-iowa-1", "web-newyork-1"];

describe("A deploy in batches on three clouds", function () {
  // Each deploy is several runs of the engine.
  this.timeout(240_000);
  let site: CloudSite;
  before(async () => {
    site = await CloudSite.make(threeClouds());
    await site.up();
  });
  after(() => site.remove());

  /** Deploys a stack; what was printed. */
  async function deployed(stack: StackInput): Promise<readonly string[]> {
    const { succeeded, lines } = await deploy(site, stack);
    expect(succeeded, lines.join("\n")).to.equal(true);
    return lines;
  }

  /** What was done with servers' machines since, and with the pair, in order. */
  function steps(since: number): string[] {
    return site.clouds.events
      .slice(since)
      .filter(({ kind, name, type }) => kind === "rollout" || (SERVERS.includes(name) && MACHINE.test(type)))
      .filter(({ kind }) => ["create", "delete", "update", "rollout"].includes(kind))
      .map(({ kind, name }) => `${kind} ${name}`);
  }

  it("replaces machines a few at a time, each batch in before its old ones go, and keeps the others as they are", async () => {
    const since = site.clouds.events.length;
    const said = await deployed(
      threeClouds({ pools: { web: webIn({ virginia: 2, iowa: 1, newyork: 1 }, "registry.example.com/shop:2") } }),
    );
    expect(said).to.deep.equal([
      "Batch 1 of 2: web-iowa-1, web-newyork-1, web-virginia-1",
      "Batch 2 of 2: web-virginia-2",
      "Every server has it; the rest:",
    ]);
    const done = steps(since);
    const first = ["web-iowa-1", "web-newyork-1", "web-virginia-1"];
    const rollouts = ["rollout secondary", "rollout primary"];
    expect(done.slice(0, 3).sort()).to.deep.equal(first.map((name) => `create ${name}`));
    expect(done.slice(3, 5)).to.deep.equal(rollouts);
    expect(done.slice(5, 8).sort()).to.deep.equal(first.map((name) => `delete ${name}`));
    expect(done.slice(8, 12)).to.deep.equal(["create web-virginia-2", ...rollouts, "delete web-virginia-2"]);
    expect(done.slice(12)).to.deep.equal([]);
  });

  it("renews the SSH keys of servers, whose machines know theirs until they are replaced", async () => {
    const since = site.clouds.events.length;
    const pools = { web: webIn({ virginia: 2, iowa: 1, newyork: 1 }, "registry.example.com/shop:2") };
    await deployed(threeClouds({ pools, rotate: { servers: 1 } }));
    expect(
      steps(since)
        .filter((step) => step.startsWith("create"))
        .sort(),
    ).to.deep.equal(SERVERS.map((name) => `create ${name}`).sort());
  });
});
