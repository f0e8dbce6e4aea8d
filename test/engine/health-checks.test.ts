import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { until } from "../../provider/wait";
import { smallStack, TestSite } from "../support/sites/test-site";

type Pool = NonNullable<StackInput["pools"]>[string];

/** What servers answer at /healthz, and to everything else; each reads both from files when it is asked. */
const APP = `
const { readFileSync } = require("node:fs");
const { EVENKEEL_SERVER: name, FOLDER, PORT } = process.env;
const said = (file, otherwise) => { try { return readFileSync(FOLDER + "/" + file, "utf8"); } catch { return otherwise; } };
require("node:http").createServer((request, response) => {
  if (request.url === "/healthz") return response.end(said(name + ".health", "all is well"));
  response.writeHead(Number(said(name + ".status", "200")), { connection: "close" }).end(name);
}).listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
`;
const CHECK = { interval: "200ms", fall: 2, rise: 1 } as const;

describe("Health checks", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "ek-health-"));
    writeFileSync(path.join(folder, "app.cjs"), APP);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const pool = (servers: Record<string, number>, more: Partial<Pool> = {}): Pool => ({
    servers,
    app: { command: `exec node "${folder}/app.cjs"`, environment: { FOLDER: folder } },
    healthCheck: CHECK,
    slowStart: "0s",
    ...more,
  });
  const stack = (web: Pool, others: Record<string, Pool> = {}): StackInput => ({
    ...smallStack(),
    pools: { web, ...others },
    routes: [{ pool: "web" }],
    rollout: { healthyWithin: "8s" },
  });
  const say = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);
  const silent = (file: string): void => rmSync(path.join(folder, file), { force: true });
  const answer = async (url: string): Promise<string> => {
    const response = await fetch(url);
    return `${response.status} ${await response.text()}`;
  };
  /** Asks until the answers of so many requests in a row are these, and no others. */
  const answersBecome = async (url: string, wanted: readonly string[]): Promise<void> => {
    let last: string[] = [];
    const reached = await until(async () => {
      const seen = new Set<string>();
      for (let i = 0; i < 16; i++) seen.add(await answer(url).catch((error: unknown) => String(error)));
      last = [...seen].sort();
      return JSON.stringify(last) === JSON.stringify(wanted) ? true : undefined;
    }, 20_000);
    expect(reached, `answers are ${last.join(", ")}, not ${wanted.join(", ")}`).to.equal(true);
  };

  it("are changed under load without losing a request, refused when servers don't pass them, and take out whoever says something else", async () => {
    const site = await TestSite.up(stack(pool({ a: 1, b: 1 })));
    const { url } = await site.deployment();
    const load = await site.underLoad({ requestsPerSecond: 200, keepAlive: false });
    const asking = { ...CHECK, method: "GET", headers: { "x-probe": "1" }, status: "200,204" } as const;
    site.change(stack(pool({ a: 1, b: 1 }, { healthCheck: { ...asking, body: "well" } })));
    await site.up();
    site.change(stack(pool({ a: 1, b: 1 }, { healthCheck: { ...CHECK, body: "splendid" } })));
    expect(await site.failingUp()).to.match(
      /the secondary balancer serves on unchanged: web-[ab]-1 does not pass its health check within \S+: GET http:\S+\/healthz answered 200, without "splendid"/,
    );
    site.change(stack(pool({ a: 1, b: 1 }, { healthCheck: { type: "tcp", interval: "200ms", rise: 1 } })));
    await site.up();
    site.change(stack(pool({ a: 1, b: 1 }, { healthCheck: { ...asking, body: "well" } })));
    await site.up();
    say("web-a-1.health", "all is lost");
    await answersBecome(url, ["200 web-b-1"]);
    silent("web-a-1.health");
    await answersBecome(url, ["200 web-a-1", "200 web-b-1"]);
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await site.remove();
  });

  it("that all fail lead to a page, to all servers, or to another pool, and a data center below its minimum is left out", async () => {
    const check = { healthCheck: { ...CHECK, body: "well" } };
    const page = { body: "Back soon.", contentType: "text/plain", retryAfter: "30s" };
    const web = (more: Partial<Pool>): Pool => pool({ a: 1, b: 2 }, { ...check, ...more });
    const spare = { spare: pool({ a: 1 }) };
    const all = ["200 web-a-1", "200 web-b-1", "200 web-b-2"];
    const servers = ["web-a-1", "web-b-1", "web-b-2"];
    const site = await TestSite.up(stack(web({ whenAllDown: { page } })));
    const { url } = await site.deployment();
    await answersBecome(url, all);
    for (const server of servers) say(`${server}.health`, "all is lost");
    // Both balancers say that they can't carry traffic: whoever comes to the page's address is let through all the same.
    await answersBecome(url, ["503 Back soon."]);

    for (const server of servers) silent(`${server}.health`);
    await answersBecome(url, all);
    site.change(stack(web({ whenAllDown: { servers: "all" } })));
    await site.up();
    for (const server of servers) say(`${server}.health`, "all is lost");
    await answersBecome(url, all);

    for (const server of servers) silent(`${server}.health`);
    site.change(stack(web({ whenAllDown: { pool: "spare" }, minimumHealthy: { b: 2 } }), spare));
    await site.up();
    await answersBecome(url, all);
    say("web-b-2.health", "all is lost");
    await answersBecome(url, ["200 web-a-1"]);
    const short = [{ pool: "web", dataCenter: "b", passing: 1, of: 2, minimum: 2 }];
    const leftOut = await until(async () => {
      const { balancers } = await site.status();
      return balancers.every(({ leavesOut = [] }) => leavesOut.length > 0)
        ? balancers.map(({ leavesOut }) => leavesOut)
        : undefined;
    }, 20_000);
    expect(leftOut).to.deep.equal([short, short]);
    for (const server of servers) say(`${server}.health`, "all is lost");
    await answersBecome(url, ["200 spare-a-1"]);
    expect((await site.status()).balancers.map(({ leavesOut }) => leavesOut)).to.deep.equal([[], []]);
    await site.remove();
  });

  it("that pass don't keep a server in that fails every request, where a pool ejects outliers, and what fails everywhere ejects half at most", async () => {
    const outlierDetection = { errors: 3, ejectFor: "5m" };
    const site = await TestSite.up(stack(pool({ a: 2, b: 2 }, { outlierDetection })));
    const { url } = await site.deployment();
    const servers = ["web-a-1", "web-a-2", "web-b-1", "web-b-2"];
    const all = servers.map((server) => `200 ${server}`);
    await answersBecome(url, all);
    say("web-a-1.status", "500");
    await answersBecome(url, all.slice(1));
    expect((await site.status()).servers.find(({ name }) => name === "web-a-1")?.seenBy.primary?.state).to.equal("ejected");

    for (const server of servers) say(`${server}.status`, "503");
    await until(async () => {
      await answer(url);
      const views = (await site.status()).servers.map(({ seenBy }) => seenBy.primary?.state);
      return views.filter((state) => state === "ejected").length > 2 ? true : undefined;
    }, 20_000);
    for (const server of servers) silent(`${server}.status`);
    await answersBecome(url, all);
    await site.remove();
  });
});
