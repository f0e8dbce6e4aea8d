import { expect } from "chai";
import { once } from "node:events";
import * as http from "node:http";
import * as path from "node:path";
import * as consumers from "node:stream/consumers";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { until } from "../../provider/wait";
import { ROOT, smallStack, TestSite } from "../support/sites/test-site";

const slow = `exec node ${path.join(ROOT, "test/support/apps/slow.mjs")}`;
const check = { healthCheck: { interval: "200ms" }, slowStart: "1s" };
const shop = (maintenance: StackInput["maintenance"], changes: StackInput = {}): StackInput => ({
  ...smallStack(),
  pools: { web: { ...check, servers: { a: 1, b: 1 } }, api: { ...check, app: { command: slow }, servers: { a: 1, b: 1 } } },
  routes: [{ path: "/api/*", pool: "api" }, { pool: "web" }],
  maintenance,
  ...changes,
});

/** Asks over a connection of its own: one that was idle meanwhile would be answered as when it was opened, once. */
async function ask(url: string): Promise<{ status: number; text: string }> {
  const request = http.get(url, { agent: false });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  return { status: response.statusCode ?? 0, text: await consumers.text(response) };
}

/** How long a pool that is back may take to serve, in milliseconds. */
const SERVES_WITHIN = 30_000;

describe("A pool in maintenance", () => {
  let site: TestSite;
  before(async () => {
    site = await TestSite.up(shop([]));
  });
  after(() => site.remove());

  it("has its requests answered by a page, what it had begun is finished, and other pools lose nothing", async () => {
    const { url } = await site.deployment();
    const web = await site.underLoad({ requestsPerSecond: 200 });
    const api = await site.underLoad({ requestsPerSecond: 100, path: "/api/orders" });
    await api.until(({ succeeded }) => succeeded > 50);
    const begun = fetch(`${url}/api/slow`);
    site.change(
      shop([{ pool: "api" }], { maintenancePage: { body: "Counting stock", contentType: "text/plain", retryAfter: "90s" } }),
    );
    const told = await site.up();
    // What is not answered yet is waited for, and nothing was cut.
    expect((await begun).status).to.equal(200);
    expect(told).to.not.include("did not end within");

    const answer = await fetch(`${url}/api/orders`, { method: "POST" });
    expect([answer.status, answer.headers.get("retry-after"), await answer.text()]).to.deep.equal([503, "90", "Counting stock"]);
    const { servers } = await site.status();
    expect(servers.filter(({ out }) => out).map(({ name }) => name)).to.deep.equal(["api-a-1", "api-b-1"]);

    site.change(shop([]));
    await site.up();
    const { succeeded } = await api.snapshot();
    await api.until((seen) => seen.succeeded > succeeded + 100);
    const { failures } = await api.stop();
    // Every answer was whole: one of the app, or the page.
    expect(Object.keys(failures)).to.deep.equal(["http-503"]);
    const result = await web.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
  });

  it("goes on for those who are excepted, and may lose its servers: the balancers still count as healthy", async () => {
    const { url } = await site.deployment();
    const both = [{ pool: "api" }, { pool: "web" }];
    site.change(shop(both, { maintenancePage: { exceptFrom: ["127.0.0.0/8"] } }));
    await site.up();
    expect((await ask(`${url}/api/orders`)).status).to.equal(200);
    site.change(shop(both));
    await site.up();
    for (const name of ["web-a-1", "web-b-1", "api-a-1", "api-b-1"]) site.kill(name);
    for (const page of ["/", "/api/orders"]) {
      const { status, text } = await ask(`${url}${page}`);
      expect(status).to.equal(503);
      expect(text).to.include("Back soon");
    }
    site.change(shop([]));
    await site.up("--refresh");
    expect(await until(async () => ((await ask(url)).status === 200 ? true : undefined), SERVES_WITHIN)).to.equal(true);
  });

  it("that is asked to be drained says when something did not end within the limit", async () => {
    const { url } = await site.deployment();
    const begun = fetch(`${url}/api/held`);
    site.change(shop([{ pool: "api" }], { rollout: { drainWithin: "0s" } }));
    expect(await site.up()).to.match(/warning: 1 requests? .* did not end within 0s/);
    for (const name of ["api-a-1", "api-b-1"]) process.kill(site.processes()[name]?.pid ?? NaN, "SIGUSR2");
    expect((await begun).status).to.equal(200);
  });

  it("of a data center moves its share to the others, and is warned of when they are too few", async () => {
    const pools = { web: { ...check, servers: { a: 1, b: 2 }, minimumInMaintenance: 2 } };
    site.change({ ...smallStack(), pools, maintenance: [{ dataCenter: "b" }] });
    const warning =
      "maintenance leaves the pool web 1 of its 3 servers, and it needs 2 (pools.web.minimumInMaintenance): each has 3 times its share meanwhile";
    expect((await site.run(["preview"])).text).to.include(warning);
    expect(await site.up()).to.include(warning);
  });
});
