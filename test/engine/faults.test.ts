import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describeResult } from "../../drills/load/load";
import { until } from "../../provider/wait";
import { smallStack, stackWithOwnPort, TestSite } from "../support/sites/test-site";

/** How long balancers may take to find a dead server down, in milliseconds; their checks need half a second. */
const DOWN_WITHIN = 30_000;

describe("A fault", () => {
  it("of a web server loses no GET, of the primary only what is in flight there; a refreshing up heals both and changes nothing else", async () => {
    const site = await TestSite.up(smallStack({ a: 2, b: 2 }));

    const reads = await site.underLoad({ requestsPerSecond: 400 });
    await reads.until(({ succeeded }) => succeeded > 200);
    site.kill("web-a-1");
    const { sent } = await reads.snapshot();
    await reads.until((seen) => seen.sent > sent + 800);
    const afterServer = await reads.stop();
    expect(afterServer.failed, describeResult(afterServer)).to.equal(0);

    const load = await site.underLoad({ requestsPerSecond: 400 });
    await load.until(({ succeeded }) => succeeded > 200);
    const before = await load.snapshot();
    site.kill("shop-primary");
    await load.until((seen) => seen.succeeded > before.succeeded + 800);
    const settled = await load.snapshot();
    await load.until((seen) => seen.succeeded > settled.succeeded + 400);
    const afterBalancer = await load.stop();
    // What was in flight, and nothing after: a connection that ended, never a refusal or an error page.
    expect(Object.keys(afterBalancer.failures).filter((kind) => !/^(stale-)?(eof|reset)$/.test(kind))).to.deep.equal([]);
    expect(afterBalancer.failed).to.equal(settled.failed);
    const dead = await site.status();
    expect(dead.balancers.map(({ state }) => state).sort()).to.deep.equal(["dead", "serving"]);
    expect(dead.servers.filter(({ pid }) => pid === null).map(({ name }) => name)).to.deep.equal(["web-a-1"]);

    const healed = await site.up("--refresh");
    expect(healed).to.match(/~ 3 updated\s+10 unchanged/);
    const { balancers, servers } = await site.status();
    expect(balancers.map(({ state }) => state)).to.deep.equal(["serving", "serving"]);
    expect(servers.every(({ pid }) => pid !== null)).to.equal(true);
    expect(await site.up()).to.match(/Resources:\s+13 unchanged/);
    await site.remove();
  });

  it("of all servers of a data center does not keep the other from being scaled up", async () => {
    const site = await TestSite.up(smallStack({ a: 2, b: 1 }));
    const load = await site.underLoad({ requestsPerSecond: 200 });
    await load.until(({ succeeded }) => succeeded > 100);
    site.kill("web-a-1");
    site.kill("web-a-2");
    await load.until(({ byServer }) => (byServer["web-b-1"] ?? 0) > 200);
    // A balancer takes a dead server out by its checks; only then it was down before.
    await untilDown(site, ["web-a-1", "web-a-2"]);
    site.scale({ a: 2, b: 3 });
    const text = await site.up();
    expect(text).to.include("down before, and not waited for: web-a-1");
    await load.until(({ byServer }) => byServer["web-b-3"] !== undefined);
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await site.remove();
  });

  it("of the secondary, declared out, does not keep the primary from being changed; put back it is rolled out before it serves", async () => {
    const site = await TestSite.up(smallStack());
    site.kill("shop-secondary");
    site.change({ ...smallStack({ a: 2, b: 1 }), maintenance: [{ balancer: "secondary" }] });
    const load = await site.underLoad({ requestsPerSecond: 200 });
    await site.up();
    await load.until(({ byServer }) => byServer["web-a-2"] !== undefined);
    expect((await site.status()).balancers.map(({ role, state }) => `${role} ${state}`)).to.have.members([
      "primary serving",
      "secondary out",
    ]);
    site.change(smallStack({ a: 2, b: 1 }));
    await site.up();
    expect((await site.status()).balancers.map(({ state }) => state)).to.deep.equal(["serving", "serving"]);
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await site.remove();
  });

  it("of a balancer leaves it with what it knew: started again, it serves at once", async () => {
    const site = await TestSite.up();
    const { primary } = (await site.deployment()).loadBalancers;
    site.kill("shop-primary");
    await site.up("--refresh");
    // Without the server state that was written after the last rollout, a cold start answers 503 until the first checks.
    expect((await fetch(`${primary?.url ?? ""}/whoami`)).status).to.equal(200);
    const log = readFileSync(path.join(site.processes()["shop-primary"]?.directory ?? "", "log"), "utf8");
    expect(log).to.not.include("has no server available");
    await site.remove();
  });

  it("that only hangs a balancer is healed as its death is", async () => {
    const site = await TestSite.up();
    site.kill("shop-primary", "SIGSTOP");
    const healed = await site.up("--refresh");
    expect(healed).to.match(/~ 2 updated/);
    expect((await site.status()).balancers.map(({ state }) => state)).to.deep.equal(["serving", "serving"]);
    await site.remove();
  });

  it("of everything, as a reboot is, is healed by a refreshing up on the same page", async () => {
    const site = await TestSite.up(await stackWithOwnPort());
    const { url } = await site.deployment();
    for (const name of Object.keys(site.processes())) site.kill(name);
    await fetch(url).then(
      () => expect.fail("the page still answers"),
      () => undefined,
    );
    await site.up("--refresh");
    expect((await site.deployment()).url).to.equal(url);
    expect((await fetch(url)).status).to.equal(200);
    await site.remove();
  });
});

/** Waits until every balancer has found these servers down. */
async function untilDown(site: TestSite, servers: readonly string[]): Promise<void> {
  const down = await until(async () => {
    const seen = (await site.status()).servers.filter(({ name }) => servers.includes(name));
    return seen.every(({ seenBy }) => Object.values(seenBy).every(({ state }) => state.startsWith("DOWN"))) || undefined;
  }, DOWN_WITHIN);
  expect(down, `${servers.join(", ")} are not down in ${DOWN_WITHIN} ms`).to.equal(true);
}
