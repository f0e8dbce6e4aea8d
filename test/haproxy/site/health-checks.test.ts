import { expect } from "chai";
import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { StackInput } from "../../../components/model/stack";
import { until } from "../../../provider/wait";
import { expectNoLoss, EnginelessSite, type Pool, quickPool, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";

/** Patient with a machine that is busy for more than a second. */
const CHECK = { interval: "500ms", fall: 3, rise: 1 } as const;
const SICK = "out of order";
const APP = path.join(__dirname, "../../support/apps/health-in-files.mjs");

const made = scratch();

describe("Health checks", () => {
  let folder: string;
  beforeEach(() => (folder = made.directory()));

  /** Has servers answer otherwise: with this text, or status. */
  const set = (kind: "health" | "status", text: string, ...servers: string[]): void => {
    for (const server of servers) writeFileSync(path.join(folder, `${server}.${kind}`), text);
  };
  /** Has servers answer well again. */
  const reset = (kind: "health" | "status", ...servers: string[]): void => {
    for (const server of servers) rmSync(path.join(folder, `${server}.${kind}`), { force: true });
  };
  const pool = (servers: Record<string, number>, more: Partial<Pool> = {}): Pool =>
    quickPool(servers, { healthCheck: CHECK, app: { environment: { FOLDER: folder } }, ...more });
  const stack = (web: Pool, others: Record<string, Pool> = {}): StackInput => ({
    ...quickStack(),
    pools: { web, ...others },
    routes: [{ pool: "web" }],
    rollout: { healthyWithin: "5s" },
  });
  const upWith = (web: Pool): Promise<EnginelessSite> => EnginelessSite.up(made, stack(web), { apps: { web: APP, spare: APP } });
  const answer = async (url: string): Promise<string> => {
    const response = await fetch(url);
    return `${response.status} ${await response.text()}`;
  };
  /** Waits until the answers of so many requests in a row are these, and no others. */
  const answersBecome = async (url: string, wanted: readonly string[]): Promise<void> => {
    let last: string[] = [];
    const reached = await until(async () => {
      const seen = new Set<string>();
      for (let i = 0; i < 16; i++) seen.add(await answer(url).catch((error: unknown) => String(error)));
      last = [...seen].sort();
      return JSON.stringify(last) === JSON.stringify(wanted) ? true : undefined;
    }, 30_000);
    expect(reached, `answers are ${last.join(", ")}, not ${wanted.join(", ")}`).to.equal(true);
  };

  it("are changed under load without losing a request, refused when servers don't pass them, and find a server down by its answer", async () => {
    const site = await upWith(pool({ a: 1, b: 1 }));
    const load = await site.underLoad({ requestsPerSecond: 40, keepAlive: false });
    const change = async (healthCheck: Pool["healthCheck"]): Promise<unknown> =>
      site.up(stack(pool({ a: 1, b: 1 }, { healthCheck })));
    const asking = { ...CHECK, method: "GET", headers: { "x-probe": "1" }, status: "200,204" } as const;
    await change({ ...asking, body: "well" });
    const refused = stack(pool({ a: 1, b: 1 }, { healthCheck: { ...CHECK, body: "splendid" } }));
    expect(await site.failingUp(refused)).to.match(
      /the secondary balancer serves on unchanged: web-[ab]-1 does not pass its health check within \S+: GET http:\S+\/healthz answered 200, without "splendid"/,
    );
    await change({ ...CHECK, type: "tcp" });
    await change({ ...asking, body: "well" });
    set("health", SICK, "web-a-1");
    await answersBecome(site.url, ["200 web-b-1"]);
    reset("health", "web-a-1");
    await answersBecome(site.url, ["200 web-a-1", "200 web-b-1"]);
    await expectNoLoss(load);
  });

  it("that all fail lead to a page, to all servers, or to another pool, and a data center below its minimum is left out", async () => {
    const check = { healthCheck: { ...CHECK, body: "well" } };
    const page = { body: "Back soon.", contentType: "text/plain", retryAfter: "30s" };
    const web = (more: Partial<Pool>): Pool => pool({ a: 1, b: 2 }, { ...check, ...more });
    const spare = { spare: pool({ a: 1 }) };
    const all = ["200 web-a-1", "200 web-b-1", "200 web-b-2"];
    const servers = ["web-a-1", "web-b-1", "web-b-2"];
    const site = await upWith(web({ whenAllDown: { page } }));
    const { url } = site;
    await answersBecome(url, all);
    set("health", SICK, ...servers);
    // Both balancers report that they can't carry traffic: clients of the page's address are let through all the same.
    await answersBecome(url, ["503 Back soon."]);

    reset("health", ...servers);
    await answersBecome(url, all);
    await site.up(stack(web({ whenAllDown: { servers: "all" } })));
    set("health", SICK, ...servers);
    await answersBecome(url, all);

    reset("health", ...servers);
    await answersBecome(url, all);
    await site.up(stack(web({ whenAllDown: { pool: "spare" }, minimumHealthy: { b: 2 } }), spare));
    await answersBecome(url, all);
    set("health", SICK, "web-b-2");
    await answersBecome(url, ["200 web-a-1"]);
    const short = [{ pool: "web", dataCenter: "b", passing: 1, of: 2, minimum: 2 }];
    const leftOut = await until(async () => {
      const { balancers } = await site.status();
      return balancers.every(({ leavesOut = [] }) => leavesOut.length > 0)
        ? balancers.map(({ leavesOut }) => leavesOut)
        : undefined;
    }, 20_000);
    expect(leftOut).to.deep.equal([short, short]);
    set("health", SICK, ...servers);
    await answersBecome(url, ["200 spare-a-1"]);
    expect((await site.status()).balancers.map(({ leavesOut }) => leavesOut)).to.deep.equal([[], []]);
  });

  it("that pass don't keep a server in service that fails every request, where a pool ejects outliers, and what fails everywhere ejects half at most", async () => {
    const site = await upWith(pool({ a: 2, b: 2 }, { outlierDetection: { errors: 3, ejectFor: "5m" } }));
    const { url } = site;
    const servers = ["web-a-1", "web-a-2", "web-b-1", "web-b-2"];
    const all = servers.map((server) => `200 ${server}`);
    await answersBecome(url, all);
    set("status", "500", "web-a-1");
    await answersBecome(url, all.slice(1));
    expect((await site.status()).servers.find(({ name }) => name === "web-a-1")?.seenBy.primary?.state).to.equal("ejected");

    set("status", "503", ...servers);
    const mostAreEjected = await until(async () => {
      await answer(url);
      const views = (await site.status()).servers.map(({ seenBy }) => seenBy.primary?.state);
      return views.filter((state) => state === "ejected").length > 2 ? true : undefined;
    }, 30_000);
    expect(mostAreEjected).to.equal(true);
    // None is back by itself: beyond half, it is the checks that decide.
    reset("status", ...servers);
    await answersBecome(url, all);
  });
});
