import { expect } from "chai";
import { cookieValue } from "../../components/haproxy/render/affinity";
import type { StackInput } from "../../components/model/stack";
import { describeResult, type Load } from "../../drills/load/load";
import { smallStack, TestSite } from "../support/sites/test-site";

const kept = (servers: Record<string, number>, maintenance: StackInput["maintenance"] = []): StackInput => ({
  ...smallStack(servers, { affinity: { cookie: "kept" } }),
  maintenance,
});

/** Load of clients that are kept at a server: with keep-alive and without, and one that posts. */
async function clientsOf(site: TestSite, server: string): Promise<Load[]> {
  const headers = { cookie: `kept=${cookieValue(server)}` };
  return [
    await site.underLoad({ headers, requestsPerSecond: 150 }),
    await site.underLoad({ headers, requestsPerSecond: 80, keepAlive: false }),
    await site.underLoad({ headers, requestsPerSecond: 80, method: "POST", body: "order=1", path: "/echo" }),
  ];
}

/** Who answers from now on. */
async function answering(loads: readonly Load[]): Promise<string[]> {
  const before = await Promise.all(loads.map((load) => load.snapshot()));
  const after = await Promise.all(loads.map((load, i) => load.until(({ sent }) => sent > (before[i]?.sent ?? 0) + 60)));
  const names = after.flatMap(({ byServer }, i) =>
    Object.keys(byServer).filter((name) => (byServer[name] ?? 0) > (before[i]?.byServer[name] ?? 0)),
  );
  return [...new Set(names)].sort();
}

async function expectNoneFailed(loads: readonly Load[]): Promise<void> {
  for (const load of loads) {
    const result = await load.stop();
    expect(result.failed, describeResult(result) + JSON.stringify(result.firstFailures)).to.equal(0);
  }
}

describe("Clients that a cookie keeps at a server", () => {
  it("move on at once when it is taken out, and come back with it, without losing a request", async () => {
    const site = await TestSite.up(kept({ a: 2, b: 1 }));
    const loads = await clientsOf(site, "web-a-1");
    expect(await answering(loads)).to.deep.equal(["web-a-1"]);
    site.change(kept({ a: 2, b: 1 }, [{ server: "web-a-1" }]));
    await site.up();
    expect(await answering(loads)).to.not.include("web-a-1");
    site.change(kept({ a: 2, b: 1 }));
    await site.up();
    expect(await answering(loads)).to.deep.equal(["web-a-1"]);
    await expectNoneFailed(loads);
    await site.remove();
  });

  it("move on when it is removed, by either balancer, without losing a request", async () => {
    const site = await TestSite.up(kept({ a: 2, b: 1 }));
    const loads = await clientsOf(site, "web-a-2");
    expect(await answering(loads)).to.deep.equal(["web-a-2"]);
    site.scale({ a: 1, b: 1 });
    await site.up();
    expect(Object.keys(site.processes())).to.not.include("web-a-2");
    await expectNoneFailed(loads);

    const later = await clientsOf(site, "web-b-1");
    expect(await answering(later)).to.deep.equal(["web-b-1"]);
    // The other balancer has never set a cookie for them, and reads it all the same.
    site.kill("shop-primary");
    expect(await answering(later.slice(0, 1))).to.deep.equal(["web-b-1"]);
    await site.remove();
  });
});

describe("A pool with weights", () => {
  it("is given other ones without losing a request", async () => {
    const weighed = (weights: Record<string, number>): StackInput => smallStack({ a: 1, b: 1 }, { weights });
    const share = async (load: Load): Promise<number> => {
      const before = await load.snapshot();
      const { byServer } = await load.until(({ sent }) => sent > before.sent + 300);
      const gained = (name: string): number => (byServer[name] ?? 0) - (before.byServer[name] ?? 0);
      return gained("web-b-1") / (gained("web-a-1") + gained("web-b-1"));
    };
    const site = await TestSite.up(weighed({ a: 200, b: 20 }));
    const load = await site.underLoad({ requestsPerSecond: 200, keepAlive: false });
    // A tenth on average; evenly it would be a half.
    expect(await share(load)).to.be.within(0.01, 0.3);
    site.change(weighed({ a: 20, b: 200 }));
    await site.up();
    expect(await share(load)).to.be.within(0.7, 0.99);
    await expectNoneFailed([load]);
    await site.remove();
  });
});
