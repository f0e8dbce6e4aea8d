import { expect } from "chai";
import * as path from "node:path";
import { type Batch, BATCH } from "../../../components/model/operations/batches";
import type { StackInput } from "../../../components/model/stack";
import { describeResult, type Load } from "../../../drills/load/load";
import { freePorts } from "../../support/free-ports";
import { EnginelessSite, quickPool, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";

const APP = path.join(__dirname, "../../../drills/changes/every-key/told.mjs");
const made = scratch();

describe("Servers of a tcp pool whose app takes another version of the PROXY protocol", () => {
  let site: EnginelessSite;
  let load: Load;
  let port: number;
  /** A tcp pool whose app demands this version of the PROXY protocol, or takes none. */
  const stack = (version?: "v1" | "v2"): StackInput => {
    const base = quickStack();
    const app = { environment: { PROXY: version ?? "none" } };
    const mail = quickPool({ a: 2, b: 1 }, { protocol: "tcp", app, ...(version === undefined ? {} : { sendProxy: version }) });
    return {
      ...base,
      pools: { ...base.pools, mail },
      routes: [{ pool: "web" }],
      passthrough: { port, routes: [{ pool: "mail" }] },
    };
  };

  beforeEach(async () => {
    port = (await freePorts("passed")).passed;
    site = await EnginelessSite.up(made, stack(), { apps: { mail: APP } });
    const client = { url: `http://127.0.0.1:${port}/`, requestsPerSecond: 30, keepAlive: false, expectStatus: 200 };
    load = await site.underLoad(client, { ...client, method: "POST", body: "an order" });
  });

  async function expectNoneFailed(): Promise<void> {
    const { sent } = await load.snapshot();
    await load.until((now) => now.sent >= sent + 60, 60_000);
    const seen = await load.lap();
    expect(seen.failed, describeResult(seen)).to.equal(0);
    expect(Object.keys(seen.byServer).sort()).to.deep.equal(["mail-a-1", "mail-a-2", "mail-b-1"]);
  }

  it("are replaced without losing a connection, and the old ones get the version that they take", async () => {
    for (const version of ["v2", "v1", undefined] as const) {
      await site.up(stack(version));
      await expectNoneFailed();
    }
  });

  it("are replaced in batches, each told its clients as it understands", async () => {
    const batches: Batch[] = [
      { takes: ["mail-a-1", "mail-b-1"], proven: [] },
      { takes: ["mail-a-2"], proven: ["mail-a-1", "mail-b-1"] },
    ];
    try {
      for (const batch of batches) {
        process.env[BATCH] = JSON.stringify(batch);
        const { changed } = await site.up(stack("v2"));
        expect(changed).to.include.members([...batch.takes]);
        await expectNoneFailed();
      }
    } finally {
      Reflect.deleteProperty(process.env, BATCH);
    }
    // No server is awaited any more, of which the balancers are told; none is replaced.
    expect((await site.up()).changed).to.deep.equal(["shop-secondary", "shop-primary"]);
    await expectNoneFailed();
  });
});
