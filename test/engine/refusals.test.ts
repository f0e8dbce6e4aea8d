import { expect } from "chai";
import { createServer } from "node:net";
import * as path from "node:path";
import { describeResult } from "../../drills/load/load";
import { primaryFails } from "../support/plugins/primary-fails";
import { refused } from "../support/plugins/refused";
import { ROOT, smallStack, TestSite } from "../support/sites/test-site";

describe("What goes wrong in an up", () => {
  let site: TestSite;
  before(async () => {
    site = await TestSite.up();
  });
  after(() => site.remove());
  beforeEach(() => site.change(smallStack()));

  it("is told with all problems of the stack file, and nothing is created", async () => {
    const empty = await TestSite.make(smallStack(), { ownProcesses: true });
    empty.writeStack(`config:
  evenkeel:site: { name: shop }
  evenkeel:dataCenters: { a: { provider: local }, b: { provider: local } }
  evenkeel:loadBalancers: { primary: { in: a }, secondary: { in: a } }
  evenkeel:pool: {}
  evenkeel:pools: { web: { servers: { a: -1, c: 2 } }, api: { servers: { a: 0 } } }`);
    const text = await empty.failingUp();
    expect(text).to.include("stacks/Pulumi.test.yaml has 6 problems:");
    expect(text).to.match(/routes +is missing; with the pools api, web, the last route must say which takes the rest/);
    expect(text).to.match(/pool +is not a key of a stack; did you mean pools\?/);
    expect(text).to.match(/pools\.web\.servers\.a +is -1, but must be a whole number from 0 to 200/);
    expect(text).to.match(/pools\.web\.servers\.c +is not one of the data centers: a, b/);
    expect(text).to.match(/pools\.api\.servers +has no server in any data center; a pool needs at least one/);
    expect(text).to.match(/loadBalancers\.secondary\.in +is a, where the primary stands/);
    expect(text).to.not.include("at Object.");
    expect(Object.keys(empty.processes())).to.deep.equal([]);
    await empty.remove();
  });

  it("names the server that never becomes healthy, and what it said", async () => {
    const command = "echo cannot reach the database; exec sleep 60";
    site.change(smallStack({ a: 2, b: 1 }, { app: { command, startWithin: "1s" } }));
    const text = await site.failingUp();
    expect(text).to.match(
      /web-[ab]-[12] was not ready within 1s: GET http:\/\/127\.0\.0\.1:\d+\/healthz: connection refused \(pools\.web\.app\)/,
    );
    expect(text).to.include("cannot reach the database");
    await expectServingAsBefore();
  });

  it("names the app that ends at its start, and what it said", async () => {
    site.change(smallStack({ a: 1, b: 1 }, { app: { command: "echo no such module >&2; exit 3" } }));
    const text = await site.failingUp();
    expect(text).to.match(/web-[ab]-1 ended at its start with code 3 \(pools\.web\.app\); its last lines:/);
    expect(text).to.include("no such module");
    await expectServingAsBefore();
  });

  it("names the folder of an app that is not there", async () => {
    site.change(smallStack({ a: 1, b: 1 }, { app: { directory: "no-such-folder" } }));
    expect(await site.failingUp()).to.match(
      /web-[ab]-1: its folder .*no-such-folder does not exist \(pools\.web\.app\.directory\)/,
    );
    await expectServingAsBefore();
  });

  it("names the place in the stack file of a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    site.change({ ...smallStack(), failover: { port } });
    const text = await site.failingUp();
    expect(text).to.include(
      `shop-front: port ${port} is taken by another program on this machine; choose another, or stop that program (failover.port)`,
    );
    other.close();
    await expectServingAsBefore();
  });

  it("is a health check that the servers do not pass: nothing is touched", async () => {
    site.change({
      ...smallStack({ a: 1, b: 1 }, { healthCheck: { path: "/status/404", interval: "200ms" } }),
      rollout: { healthyWithin: "1s" },
    });
    const text = await site.failingUp();
    expect(text).to.match(
      /the secondary balancer serves on unchanged: web-[ab]-1 does not pass its health check within 1s: GET .*\/status\/404 answered 404/,
    );
    await expectServingAsBefore();
  });

  it("is a configuration that HAProxy refuses: it stops at the secondary, also when the run goes on, and the site serves on", async () => {
    const broken = await TestSite.up(smallStack(), { broken: refused });
    const load = await broken.underLoad({ requestsPerSecond: 200 });
    broken.scale({ a: 2, b: 1 });
    const text = await broken.failingUp("--continue-on-error");
    expect(text).to.match(
      /HAProxy refuses the new configuration of the secondary balancer, which serves on with the old one: .*unknown keyword 'nonsense'/s,
    );
    expect(text).to.not.match(/Rollout shop-primary updat/);
    broken.scale({ a: 1, b: 1 });
    await broken.up();
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    expect(Object.keys(broken.processes())).to.not.include("web-a-2");
    await broken.remove();
  });

  it("is a new server that the balancers never see up: it is named with its last check, and the old configuration put back", async () => {
    const command = `exec node ${path.join(ROOT, "test/support/apps/once-healthy.mjs")}`;
    const stack = { ...smallStack({ a: 1, b: 1 }, { app: { command } }), rollout: { healthyWithin: "2s" } };
    const own = await TestSite.up(stack);
    const load = await own.underLoad({ requestsPerSecond: 200 });
    const before = await configurations(own);
    own.scale({ a: 2, b: 1 });
    const text = await own.failingUp();
    expect(text).to.match(
      /the secondary balancer was put back to its old configuration, with which it serves on: not up within 2s: web-a-2 \(127\.0\.0\.1:\d+, L7STS 503/,
    );
    expect(await configurations(own)).to.deep.equal(before);
    own.scale({ a: 1, b: 1 });
    await own.up();
    expect(Object.keys(own.processes())).to.not.include("web-a-2");
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await own.remove();
  });

  it("on the primary puts the secondary back too, and a later up brings both to the new configuration", async () => {
    const broken = await TestSite.up(smallStack(), { broken: primaryFails });
    const load = await broken.underLoad({ requestsPerSecond: 200 });
    const before = await configurations(broken);
    broken.scale({ a: 2, b: 1 });
    const text = await broken.failingUp();
    expect(text).to.include("The secondary balancer was put back too.");
    expect(await configurations(broken)).to.deep.equal(before);

    await broken.mendPlugin();
    await broken.up();
    for (const balancer of ["shop-primary", "shop-secondary"]) {
      expect(await broken.ask(balancer, "show servers state")).to.include("web-a-2");
    }
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await broken.remove();
  });

  async function configurations(of: TestSite): Promise<string[]> {
    return Promise.all(
      ["shop-primary", "shop-secondary"].map(
        async (balancer) => /^description: .*$/m.exec(await of.ask(balancer, "show info"))?.[0] ?? "",
      ),
    );
  }

  async function expectServingAsBefore(): Promise<void> {
    const { url } = await site.deployment();
    expect((await fetch(`${url}/whoami`)).status).to.equal(200);
    site.change(smallStack());
    await site.up();
    expect(Object.keys(site.processes()).sort()).to.deep.equal([
      "shop-front",
      "shop-primary",
      "shop-secondary",
      "web-a-1",
      "web-b-1",
    ]);
  }
});
