import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { shippedProgram } from "../../components/clouds/local/this-machine";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { smallStack, TestSite } from "../support/sites/test-site";

const out = (maintenance: StackInput["maintenance"]): StackInput => ({ ...smallStack({ a: 2, b: 1 }), maintenance });

describe("Maintenance", () => {
  it("of a server, then of one data center, of the other instead, and back, loses no request", async () => {
    const site = await TestSite.up(out([]));
    const loads = [
      await site.underLoad({ requestsPerSecond: 200 }),
      await site.underLoad({ requestsPerSecond: 100, keepAlive: false }),
    ];
    const servers = async (): Promise<string[]> => {
      const before = await Promise.all(loads.map((load) => load.snapshot()));
      const after = await Promise.all(loads.map((load, i) => load.until(({ sent }) => sent > (before[i]?.sent ?? 0) + 150)));
      return Object.keys(after[0]?.byServer ?? {}).filter((name) =>
        after.some(({ byServer }, i) => (byServer[name] ?? 0) > (before[i]?.byServer[name] ?? 0)),
      );
    };
    site.change(out([{ server: "web-a-1" }]));
    await site.up();
    expect(await servers()).to.have.members(["web-a-2", "web-b-1"]);
    expect((await site.status()).servers.find(({ name }) => name === "web-a-1")).to.deep.include({ out: true });

    site.change(out([{ dataCenter: "a" }]));
    await site.up();
    expect(await servers()).to.have.members(["web-b-1"]);
    expect((await site.status()).balancers.map(({ role, state }) => `${role} ${state}`)).to.have.members([
      "primary out",
      "secondary serving",
    ]);

    // Both trade places at once: what comes back serves before what goes out stops.
    site.change(out([{ dataCenter: "b" }]));
    await site.up();
    expect(await servers()).to.have.members(["web-a-1", "web-a-2"]);
    expect((await site.status()).balancers.map(({ role, state }) => `${role} ${state}`)).to.have.members([
      "primary serving",
      "secondary out",
    ]);

    site.change(out([]));
    await site.up();
    expect(await servers()).to.have.members(["web-a-1", "web-a-2", "web-b-1"]);
    expect((await site.status()).balancers.map(({ state }) => state)).to.deep.equal(["serving", "serving"]);
    for (const load of loads) {
      const result = await load.stop();
      expect(result.failed, describeResult(result) + JSON.stringify(result.firstFailures)).to.equal(0);
    }
    await site.remove();
  });
});

describe("A server that exists already", () => {
  it("is balanced beside one that is made, and its death is absorbed", async () => {
    const yours = spawn(process.execPath, [shippedProgram("sample-site")], {
      env: {
        ...process.env,
        PORT: "0",
        EVENKEEL_SERVER: "yours",
        EVENKEEL_DATA_CENTER: "rack",
        EVENKEEL_POOL: "web",
        EVENKEEL_SITE: "shop",
      },
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      const [said] = (await once(yours.stdout, "data")) as [Buffer];
      const address = /127\.0\.0\.1:\d+/.exec(said.toString())?.[0] ?? expect.fail("it says no address");
      const stack = smallStack({ a: 1, rack: 1 });
      const site = await TestSite.up({
        ...stack,
        dataCenters: { ...stack.dataCenters, rack: { provider: "existing", addresses: { web: [address] } } },
      });
      const load = await site.underLoad({ requestsPerSecond: 200 });
      await load.until(({ byServer }) => byServer.yours !== undefined && byServer["web-a-1"] !== undefined);
      yours.kill("SIGKILL");
      const { sent } = await load.snapshot();
      await load.until((seen) => seen.sent > sent + 400);
      const result = await load.stop();
      expect(result.failed, describeResult(result)).to.equal(0);
      await site.remove();
    } finally {
      yours.kill("SIGKILL");
    }
  });
});
