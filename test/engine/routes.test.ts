import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { type Answer, answerTo } from "../../provider/transport/probe";
import { swapsRoutes } from "../support/plugins/swaps-routes";
import { smallStack, TestSite } from "../support/sites/test-site";

const check = { healthCheck: { interval: "200ms" }, slowStart: "1s" };
const POOLS = {
  web: { ...check, servers: { a: 1, b: 1 } },
  api: { ...check, servers: { a: 1 } },
  beta: { ...check, servers: { b: 1 } },
};
const ROUTES: NonNullable<StackInput["routes"]> = [
  { path: "/api/*", pool: "api" },
  { cookie: { beta: "1" }, pool: "beta" },
  { host: "api.example.com", pool: "api" },
  { pool: "web" },
];
const routed = (routes = ROUTES): StackInput => ({ ...smallStack(), pools: POOLS, routes });

describe("Routes", () => {
  it("lead each request to its pool, and are added and changed without losing one", async () => {
    const site = await TestSite.up(routed());
    const { url } = await site.deployment();
    expect(await poolOf(url, { path: "/api/orders" })).to.equal("api");
    expect(await poolOf(url, { path: "/" })).to.equal("web");
    expect(await poolOf(url, { path: "/", cookie: "lang=nl; beta=1" })).to.equal("beta");
    expect(await poolOf(url, { path: "/", cookie: "beta=2" })).to.equal("web");
    expect(await poolOf(url, { path: "/", host: "api.example.com" })).to.equal("api");
    expect(await poolOf(url, { path: "/", host: "shop.example.com" })).to.equal("web");

    const loads = [
      await site.underLoad({ requestsPerSecond: 200 }),
      await site.underLoad({ requestsPerSecond: 100, keepAlive: false, path: "/api/x" }),
    ];
    site.change(routed([{ path: "/cart", pool: "beta" }, ...ROUTES]));
    await site.up();
    expect(await poolOf(url, { path: "/cart" })).to.equal("beta");
    site.change(routed([{ path: "/cart", pool: "api" }, ...ROUTES]));
    await site.up();
    expect(await poolOf(url, { path: "/cart" })).to.equal("api");
    for (const load of loads) {
      const result = await load.stop();
      expect(result.failed, describeResult(result)).to.equal(0);
    }
    await site.remove();
  });

  it("of every other kind are added, changed and removed without losing a request", async () => {
    const site = await TestSite.up(routed());
    const { url } = await site.deployment();
    const loads = [
      await site.underLoad({ requestsPerSecond: 100 }),
      await site.underLoad({ requestsPerSecond: 100, keepAlive: false, path: "/api/x?v=2", method: "POST", body: "order" }),
    ];
    const kinds = (version: string, status: 307 | 308): typeof ROUTES => [
      { header: { "x-beta": [version, "all"] }, not: { method: "HEAD" }, pool: "beta" },
      { query: { beta: version }, from: ["127.0.0.0/8", "::1/128"], pool: "beta" },
      { method: ["PUT", "DELETE"], path: "/*.php", respond: { status: 405, body: `not in ${version}` } },
      { path: "/old/*", redirect: { status, host: "www.example.com", path: `/v${version}/*` } },
      {
        path: "/rest/*",
        pool: "api",
        rewrite: { path: `/api/v${version}/*` },
        requestHeaders: { set: { "x-version": version } },
        responseHeaders: { set: { "x-version": `${version} %` }, remove: ["x-evenkeel-server"] },
      },
      ...ROUTES,
    ];
    for (const [version, status] of [
      ["1", 307],
      ["2", 308],
    ] as const) {
      site.change(routed(kinds(version, status)));
      await site.up();
      expect(await poolOf(url, { path: "/", headers: { "x-beta": version } })).to.equal("beta");
      expect(await poolOf(url, { path: `/?beta=${version}` })).to.equal("beta");
      expect(await poolOf(url, { path: "/?beta=3" })).to.equal("web");
      const put = await answerOf(url, { method: "PUT", path: "/x.php" });
      expect([put.status, put.body]).to.deep.equal([405, `not in ${version}`]);
      const old = await answerOf(url, { path: "/old/x?y=z" });
      expect([old.status, old.headers.location]).to.deep.equal([status, `//www.example.com/v${version}/x?y=z`]);
      const rest = await answerOf(url, { path: "/rest/orders" });
      expect([rest.headers["x-version"], rest.headers["x-evenkeel-server"]]).to.deep.equal([`${version} %`, undefined]);
      expect(JSON.parse(rest.body)).to.deep.include({ pool: "api" });
    }
    site.change(routed());
    await site.up();
    expect(await poolOf(url, { path: "/", headers: { "x-beta": "all" } })).to.equal("web");
    for (const load of loads) {
      const result = await load.stop();
      expect(result.failed, describeResult(result)).to.equal(0);
    }
    await site.remove();
  });

  it("move a canary from none to a tenth to all, without losing a request, and keep its clients", async () => {
    const weighing = (web: number, beta: number): StackInput =>
      routed([{ path: "/shop/*", pools: { web, beta }, stickyCookie: "share" }, { pools: { web, beta } }]);
    const site = await TestSite.up(weighing(1, 0));
    const { url } = await site.deployment();
    const whole = await site.underLoad({ requestsPerSecond: 200 });

    /** The part of the requests of a second load that the canary has answered while the weights were these. */
    const share = async (web: number, beta: number): Promise<number> => {
      site.change(weighing(web, beta));
      await site.up();
      const load = await site.underLoad({ requestsPerSecond: 200, keepAlive: false });
      await load.until((seen) => seen.succeeded >= 600, 60_000);
      const { byServer, failed, succeeded } = await load.stop();
      expect(failed).to.equal(0);
      return (byServer["beta-b-1"] ?? 0) / succeeded;
    };
    // Of 600, 60 are due; half or twice as much is once in a million runs.
    expect(await share(90, 10)).to.be.within(0.05, 0.17);
    const [early, late] = ["share=50000", "share=500000"];
    expect(await poolOf(url, { path: "/shop/", cookie: early })).to.equal("beta");
    expect(await poolOf(url, { path: "/shop/", cookie: late })).to.equal("web");
    expect(await share(0, 100)).to.equal(1);
    for (const cookie of [early, late]) expect(await poolOf(url, { path: "/shop/", cookie })).to.equal("beta");

    const result = await whole.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await site.remove();
  });

  it("that a broken renderer swaps are stopped at the secondary", async () => {
    const site = await TestSite.up(routed([{ path: "/api/*", pool: "api" }, { pool: "web" }]), { broken: swapsRoutes });
    const { url } = await site.deployment();
    site.change(routed());
    const text = await site.failingUp();
    expect(text).to.match(
      /the secondary balancer was put back .*: probe\.invalid\/api\/probe goes to the pool beta, not to api as planned/,
    );
    expect(text).to.not.match(/Rollout shop-primary updat/);
    expect(await poolOf(url, { path: "/api/orders" })).to.equal("api");
    await site.remove();
  });
});

/** A request, as far as these tests vary it. */
interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly host?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The pool of the server that answers. */
async function poolOf(url: string, asked: Asked): Promise<string> {
  return (JSON.parse((await answerOf(url, asked)).body) as { pool: string }).pool;
}

/** What a request is answered with, on a connection of its own: one from before may still be with an old worker. */
async function answerOf(url: string, { path, method, host, cookie, headers = {} }: Asked): Promise<Answer> {
  const { hostname: address, port } = new URL(url);
  const own = { ...(host === undefined ? {} : { host }), ...(cookie === undefined ? {} : { cookie }) };
  const sent = { accept: "application/json", ...headers, ...own };
  return answerTo({ address, port: Number(port), method, path, headers: sent, timeout: 10_000 });
}
