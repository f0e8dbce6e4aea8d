import { expect } from "chai";
import type { StackInput } from "../../../components/model/stack";
import { type Answer, answerTo } from "../../../provider/transport/probe";
import { answeredBy } from "../../support/clients/closed-loop";
import { expectNoLoss, EnginelessSite, quickPool, quickStack } from "../../support/engineless/site";
import { swapsRoutes } from "../../support/plugins/swaps-routes";
import { scratch } from "../../support/scratch";

const POOLS = { web: quickPool({ a: 1, b: 1 }), api: quickPool({ a: 1 }), beta: quickPool({ b: 1 }) };
const ROUTES: NonNullable<StackInput["routes"]> = [
  { path: "/api/*", pool: "api" },
  { cookie: { beta: "1" }, pool: "beta" },
  { host: "api.example.com", pool: "api" },
  { pool: "web" },
];
const made = scratch();
const routed = (routes = ROUTES): StackInput => ({ ...quickStack(), pools: POOLS, routes });

describe("Routes", () => {
  it("lead each request to its pool, and are added and changed without losing one", async () => {
    const site = await EnginelessSite.up(made, routed());
    const { url } = site;
    expect(await poolOf(url, { path: "/api/orders" })).to.equal("api");
    expect(await poolOf(url, { path: "/" })).to.equal("web");
    expect(await poolOf(url, { path: "/", cookie: "lang=nl; beta=1" })).to.equal("beta");
    expect(await poolOf(url, { path: "/", cookie: "beta=2" })).to.equal("web");
    expect(await poolOf(url, { path: "/", host: "api.example.com" })).to.equal("api");
    expect(await poolOf(url, { path: "/", host: "shop.example.com" })).to.equal("web");

    const load = await site.underLoad({ requestsPerSecond: 50 }, { requestsPerSecond: 50, keepAlive: false, path: "/api/x" });
    await site.up(routed([{ path: "/cart", pool: "beta" }, ...ROUTES]));
    expect(await poolOf(url, { path: "/cart" })).to.equal("beta");
    await site.up(routed([{ path: "/cart", pool: "api" }, ...ROUTES]));
    expect(await poolOf(url, { path: "/cart" })).to.equal("api");
    await expectNoLoss(load);
  });

  it("of every other kind are added, changed and removed without losing a request", async () => {
    const site = await EnginelessSite.up(made, routed());
    const { url } = site;
    const load = await site.underLoad(
      { requestsPerSecond: 50 },
      { requestsPerSecond: 50, keepAlive: false, path: "/api/x?v=2", method: "POST", body: "order" },
    );
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
      await site.up(routed(kinds(version, status)));
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
    await site.up(routed());
    expect(await poolOf(url, { path: "/", headers: { "x-beta": "all" } })).to.equal("web");
    await expectNoLoss(load);
  });

  it("move a canary from none to a tenth to all, without losing a request, and keep its clients", async () => {
    const weighing = (web: number, beta: number): StackInput =>
      routed([{ path: "/shop/*", pools: { web, beta }, stickyCookie: "share" }, { pools: { web, beta } }]);
    const site = await EnginelessSite.up(made, weighing(1, 0));
    const { url } = site;
    const whole = await site.underLoad({ requestsPerSecond: 50 });

    /** The part of 600 requests that the canary answers while the weights are these. */
    const share = async (web: number, beta: number): Promise<number> => {
      await site.up(weighing(web, beta));
      return ((await answeredBy(url, 600))["beta-b-1"] ?? 0) / 600;
    };
    // Of 600, 60 are due; half or twice as much is once in a million runs.
    expect(await share(90, 10)).to.be.within(0.05, 0.17);
    const [early, late] = ["share=50000", "share=500000"];
    expect(await poolOf(url, { path: "/shop/", cookie: early })).to.equal("beta");
    expect(await poolOf(url, { path: "/shop/", cookie: late })).to.equal("web");
    expect(await share(0, 100)).to.equal(1);
    for (const cookie of [early, late]) expect(await poolOf(url, { path: "/shop/", cookie })).to.equal("beta");
    await expectNoLoss(whole);
  });

  it("that a broken renderer swaps are stopped at the secondary", async () => {
    const stack = routed([{ path: "/api/*", pool: "api" }, { pool: "web" }]);
    const site = await EnginelessSite.up(made, stack, { broken: swapsRoutes });
    const primary = await site.ask("primary", "show info");
    expect(await site.failingUp(routed())).to.match(
      /the secondary balancer was put back .*: probe\.invalid\/api\/probe goes to the pool beta, not to api as planned/,
    );
    expect(pidIn(await site.ask("primary", "show info"))).to.equal(pidIn(primary));
    expect(await poolOf(site.url, { path: "/api/orders" })).to.equal("api");
  });
});

/** The process number of a balancer's worker: another one after each reload. */
function pidIn(info: string): string | undefined {
  return /^Pid: (\d+)/m.exec(info)?.[1];
}

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

/** The answer to a request on a connection of its own: one from before may still be with an old worker. */
async function answerOf(url: string, { path, method, host, cookie, headers = {} }: Asked): Promise<Answer> {
  const { hostname: address, port } = new URL(url);
  const own = { ...(host === undefined ? {} : { host }), ...(cookie === undefined ? {} : { cookie }) };
  const sent = { accept: "application/json", ...headers, ...own };
  return answerTo({ address, port: Number(port), method, path, headers: sent, timeout: 10_000 });
}
