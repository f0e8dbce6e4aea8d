import { expect } from "chai";
import * as path from "node:path";
import { describeResult } from "../../drills/load/load";
import { KeepAliveClient } from "../support/clients/keep-alive-client";
import { closesIdle } from "../support/plugins/closes-idle";
import { unseeded } from "../support/plugins/unseeded";
import { ROOT, smallStack, TestSite, type TestSiteOptions } from "../support/sites/test-site";

const warmingApp = { app: { command: `exec node ${path.join(ROOT, "test/support/apps/warming.mjs")}` } };

describe("A pool that is scaled", () => {
  it("all of whose servers are replaced, as by another version of the app, loses no request", async () => {
    const site = await TestSite.up(smallStack({ a: 2, b: 1 }));
    const { url } = await site.deployment();
    const idle = await Promise.all(Array.from({ length: 8 }, () => KeepAliveClient.to(url)));
    expect(await Promise.all(idle.map((client) => client.get()))).to.deep.equal(idle.map(() => 200));
    const loads = [
      await site.underLoad({ requestsPerSecond: 200 }),
      await site.underLoad({ requestsPerSecond: 100, keepAlive: false }),
    ];
    const before = site.processes();
    site.change(smallStack({ a: 2, b: 1 }, { app: { environment: { RELEASE: "2" } } }));
    await site.up();
    const after = site.processes();
    for (const name of ["web-a-1", "web-a-2", "web-b-1"]) expect(after[name]?.pid).to.not.equal(before[name]?.pid);
    // A connection that was idle all along belongs to a worker that knew only the servers which are gone.
    expect(await Promise.all(idle.map((client) => client.get()))).to.deep.equal(idle.map(() => 200));
    for (const client of idle) client.close();
    for (const load of loads) {
      const result = await load.stop();
      expect(result.failed, describeResult(result) + JSON.stringify(result.firstFailures)).to.equal(0);
    }
    await site.remove();
  });

  it("keeps idle connections, whose next request is answered", async () => {
    expect(await idleConnectionsThatSurvive()).to.deep.equal({ closed: 0, answered: 8 });
  });

  it("would lose idle connections without idle-close-on-response", async () => {
    expect(await idleConnectionsThatSurvive({ broken: closesIdle }))
      .to.have.property("closed")
      .greaterThan(0);
  });

  it("gives a new server no request before its balancers have checked it", async () => {
    expect(await failuresOfAWarmingServer()).to.equal(0);
  });

  it("would give it requests too early if new servers were not seeded as stopped", async () => {
    expect(await failuresOfAWarmingServer({ broken: unseeded })).to.be.greaterThan(0);
  });
});

async function idleConnectionsThatSurvive(options?: TestSiteOptions): Promise<{ closed: number; answered: number }> {
  const site = await TestSite.up(smallStack(), options);
  const { url } = await site.deployment();
  const clients = await Promise.all(Array.from({ length: 8 }, () => KeepAliveClient.to(url)));
  expect(await Promise.all(clients.map((client) => client.get()))).to.deep.equal(clients.map(() => 200));
  site.scale({ a: 2, b: 1 });
  await site.up();
  const closed = clients.filter((client) => client.isClosed()).length;
  const answered = (await Promise.all(clients.map((client) => client.get()))).filter((status) => status === 200).length;
  for (const client of clients) client.close();
  await site.remove();
  return { closed, answered };
}

async function failuresOfAWarmingServer(options?: TestSiteOptions): Promise<number> {
  const site = await TestSite.up(smallStack({ a: 1, b: 1 }, { ...warmingApp, healthCheck: { interval: "1s" } }), options);
  const load = await site.underLoad({ requestsPerSecond: 300 });
  await load.until(({ succeeded }) => succeeded > 100);
  const before = await load.snapshot();
  site.scale({ a: 2, b: 1 });
  await site.up();
  await load.until(({ byServer }) => byServer["web-a-2"] !== undefined);
  const { failed } = await load.stop();
  await site.remove();
  return failed - before.failed;
}
