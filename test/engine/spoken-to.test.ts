import { expect } from "chai";
import { type Batch, BATCH } from "../../components/model/operations/batches";
import type { StackInput } from "../../components/model/stack";
import { describeResult, type Load, startLoad } from "../../drills/load/load";
import { choosePorts } from "../../provider/process/ports";
import { siteOfEveryKey, told } from "../../drills/changes/every-key/site";
import { TestSite } from "../support/sites/test-site";

describe("Servers that are spoken to otherwise", () => {
  let site: TestSite;
  let load: Load;
  let ports: Record<"page" | "passed", number>;
  /** A tcp pool whose app demands to be told its clients by this version of the PROXY protocol, or takes none. */
  const stack = (version?: "v1" | "v2"): StackInput => {
    const base = siteOfEveryKey(ports);
    return { ...base, pools: { ...base.pools, mail: { ...told(version ?? "none", version), servers: { a: 2, b: 1 } } } };
  };

  before(async () => {
    ports = await choosePorts({ page: {}, passed: {} }, new Set());
    site = await TestSite.up(stack());
    const url = `http://127.0.0.1:${ports.passed}/`;
    load = await startLoad([
      { url, requestsPerSecond: 60, keepAlive: false, expectStatus: 200 },
      { url, requestsPerSecond: 60, keepAlive: false, expectStatus: 200, method: "POST", body: "an order" },
    ]);
  });
  after(async () => {
    await load.stop();
    await site.remove();
  });

  async function expectNoLoss(): Promise<void> {
    const { sent } = await load.snapshot();
    await load.until((now) => now.sent >= sent + 200);
    const seen = await load.lap();
    expect(seen.failed, describeResult(seen)).to.equal(0);
    expect(Object.keys(seen.byServer).sort()).to.deep.equal(["mail-a-1", "mail-a-2", "mail-b-1"]);
  }

  it("are others, and the old ones are spoken to as before", async () => {
    for (const version of ["v2", "v1", undefined] as const) {
      site.change(stack(version));
      await site.up();
      await expectNoLoss();
    }
  });

  it("are replaced in batches, each told its clients as it understands", async () => {
    site.change(stack("v2"));
    const batches: Batch[] = [
      { takes: ["mail-a-1", "mail-b-1"], proven: [] },
      { takes: ["mail-a-2"], proven: ["mail-a-1", "mail-b-1"] },
    ];
    try {
      for (const batch of batches) {
        site.environment[BATCH] = JSON.stringify(batch);
        await site.up();
        await expectNoLoss();
      }
    } finally {
      Reflect.deleteProperty(site.environment, BATCH);
    }
    expect(await site.up()).to.match(/\d+ unchanged/);
    await expectNoLoss();
  });
});
