import { expect } from "chai";
import { cookieValue } from "../../../components/haproxy/render/affinity";
import type { StackInput } from "../../../components/model/stack";
import type { Load } from "../../../drills/load/load";
import { until } from "../../../provider/wait";
import { answeredBy } from "../../support/clients/closed-loop";
import { expectNoLoss, EnginelessSite, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";

const made = scratch();

const kept = (servers: Record<string, number>, maintenance: StackInput["maintenance"] = []): StackInput => ({
  ...quickStack(servers, { affinity: { cookie: "kept" } }),
  maintenance,
});

/** Load of clients that are kept at a server: with keep-alive and without, and one that posts. */
async function clientsOf(site: EnginelessSite, server: string): Promise<Load> {
  const headers = { cookie: `kept=${cookieValue(server)}` };
  return site.underLoad(
    { headers, requestsPerSecond: 60 },
    { headers, requestsPerSecond: 30, keepAlive: false },
    { headers, requestsPerSecond: 30, method: "POST", body: "order=1", path: "/echo" },
  );
}

/** The servers that answer from now on. */
async function answering(load: Load): Promise<string[]> {
  const before = await load.snapshot();
  const { byServer } = await load.until(({ sent }) => sent > before.sent + 90, 60_000);
  return Object.keys(byServer)
    .filter((name) => (byServer[name] ?? 0) > (before.byServer[name] ?? 0))
    .sort();
}

/** Waits until these servers answer, and no others: requests that were in flight before a change still end elsewhere. */
async function becomeAnswered(load: Load, wanted: readonly string[]): Promise<void> {
  let last: string[] = [];
  const reached = await until(async () => {
    last = await answering(load);
    return last.join() === wanted.join() ? true : undefined;
  }, 30_000);
  expect(reached, `${last.join()} answer`).to.equal(true);
}

describe("Clients that a cookie keeps at a server", () => {
  it("move on at once when it is drained, and come back with it, without losing a request", async () => {
    const site = await EnginelessSite.up(made, kept({ a: 2, b: 1 }));
    const load = await clientsOf(site, "web-a-1");
    expect(await answering(load)).to.deep.equal(["web-a-1"]);
    await site.up(kept({ a: 2, b: 1 }, [{ server: "web-a-1" }]));
    expect(await answering(load)).to.not.include("web-a-1");
    await site.up(kept({ a: 2, b: 1 }));
    await becomeAnswered(load, ["web-a-1"]);
    await expectNoLoss(load);
  });

  it("move on when it is removed, by either balancer, without losing a request", async () => {
    const site = await EnginelessSite.up(made, kept({ a: 2, b: 1 }));
    const load = await clientsOf(site, "web-a-2");
    expect(await answering(load)).to.deep.equal(["web-a-2"]);
    await site.up(kept({ a: 1, b: 1 }));
    expect(Object.keys(site.deployment.servers)).to.deep.equal(["web-a-1", "web-b-1"]);
    await expectNoLoss(load);

    const later = await clientsOf(site, "web-b-1");
    expect(await answering(later)).to.deep.equal(["web-b-1"]);
    // The other balancer has never set a cookie for them, and reads it all the same.
    site.kill("shop-primary");
    expect(await answering(later)).to.deep.equal(["web-b-1"]);
  });
});

describe("A pool with weights", () => {
  it("gets other weights without losing a request", async () => {
    const weighed = (weights: Record<string, number>): StackInput => quickStack({ a: 1, b: 1 }, { weights });
    const share = async (): Promise<number> => ((await answeredBy(site.url, 300))["web-b-1"] ?? 0) / 300;
    const site = await EnginelessSite.up(made, weighed({ a: 200, b: 20 }));
    const load = await site.underLoad({ requestsPerSecond: 60, keepAlive: false });
    // A tenth on average; evenly it would be a half.
    expect(await share()).to.be.within(0.01, 0.3);
    await site.up(weighed({ a: 20, b: 200 }));
    expect(await share()).to.be.within(0.7, 0.99);
    await expectNoLoss(load);
  });
});
