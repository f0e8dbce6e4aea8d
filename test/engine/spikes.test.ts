import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { smallStack, TestSite } from "../support/sites/test-site";

const BASE = { a: 1, b: 1 };
const HOUR = 3_600_000;

/** The small stack with a spike, thrice the servers between two instants. */
function withSpike(from: number, to: number): StackInput {
  const [start = "", end = ""] = [from, to].map((instant) => new Date(instant).toISOString().slice(0, 16));
  return {
    ...smallStack(BASE),
    spikes: { sale: { at: { start, end, timeZone: "UTC" }, lead: "0s", pools: { web: { times: 3 } } } },
  };
}

describe("A spike", () => {
  it("raises its pool when its window opens and lowers it when it closes, and no request is lost", async () => {
    const now = Date.now();
    const site = await TestSite.up(withSpike(now + HOUR, now + 2 * HOUR));
    const servers = async (): Promise<string[]> => Object.keys((await site.deployment()).servers).sort();
    expect(await servers()).to.deep.equal(["web-a-1", "web-b-1"]);
    const loads = [
      await site.underLoad({ requestsPerSecond: 200 }),
      await site.underLoad({ requestsPerSecond: 200, keepAlive: false }),
    ];

    site.change(withSpike(now - HOUR, now + HOUR));
    await site.up();
    expect(await servers()).to.deep.equal(["web-a-1", "web-a-2", "web-a-3", "web-b-1", "web-b-2", "web-b-3"]);
    for (const load of loads) await load.until(({ byServer }) => byServer["web-b-3"] !== undefined);
    expect(await site.up("--expect-no-changes")).to.include("unchanged");

    site.change(withSpike(now - 2 * HOUR, now - HOUR));
    await site.up();
    expect(await servers()).to.deep.equal(["web-a-1", "web-b-1"]);
    expect(Object.keys(site.processes())).to.not.include("web-a-2");
    for (const load of loads) {
      const result = await load.stop();
      expect(result.failed, describeResult(result) + JSON.stringify(result.firstFailures)).to.equal(0);
    }
    await site.remove();
  });

  it("is shown by a preview of its moment, which nothing but a preview may be of", async () => {
    const now = Date.now();
    const site = await TestSite.up(withSpike(now + 24 * HOUR, now + 26 * HOUR));
    const before = site.processes();
    const at = new Date(now + 25 * HOUR).toISOString();

    site.environment.EVENKEEL_AT = at;
    const preview = await site.expectSuccess(["preview"]);
    for (const name of ["web-a-2", "web-a-3", "web-b-2", "web-b-3"]) expect(preview).to.match(new RegExp(`${name}\\s+create`));
    const refused = await site.failingUp();
    expect(refused).to.include("The environment has 1 problem:");
    expect(refused).to.include(`EVENKEEL_AT  is ${at}, but only a preview may be of another moment than now; unset it`);

    for (const wrong of ["2026-11-27T12:00", "2026-02-30T12:00:00Z"]) {
      site.environment.EVENKEEL_AT = wrong;
      const { code, text } = await site.run(["preview"]);
      expect(code).to.not.equal(0);
      expect(text).to.match(/EVENKEEL_AT {2}is \S+, but must be an instant such as 2026-11-27T12:00:00Z/);
    }
    expect(site.processes()).to.deep.equal(before);

    // An empty variable is none.
    site.environment.EVENKEEL_AT = "";
    await site.up("--expect-no-changes");
    await site.remove();
  });

  it("whose date stands without quotes is told so, whatever the engine has made of it", async () => {
    const site = await TestSite.make();
    site.writeStack(`config:
  evenkeel:site: { name: shop }
  evenkeel:dataCenters: { a: { provider: local }, b: { provider: local } }
  evenkeel:loadBalancers: { primary: { in: a }, secondary: { in: b } }
  evenkeel:pools: { web: { servers: { a: 1, b: 1 } } }
  evenkeel:spikes:
    sale: { at: { start: 2026-11-27, end: 2026-11-27 23:00:00, timeZone: UTC }, pools: { web: { times: 2 } } }
    fair: { at: { start: 2026-11-27T08:00:00Z, end: 2026-11-27T23:00:00+01:00, timeZone: UTC }, pools: { web: { times: 2 } } }
    good: { at: { start: 2026-11-27T08:00, end: 2026-11-27T23:00, timeZone: UTC }, pools: { web: { times: 2 } } }`);
    const text = await site.failingUp();
    expect(text).to.include("stacks/Pulumi.test.yaml has 4 problems:");
    for (const path of ["sale.at.start", "sale.at.end", "fair.at.start", "fair.at.end"]) {
      expect(text).to.match(
        new RegExp(`spikes\\.${path} +is "[^"]*", which is how a date without quotes arrives; it must be in quotes`),
      );
    }
    await site.remove();
  });
});
