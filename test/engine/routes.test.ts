import { expect } from "chai";
import * as http from "node:http";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load";
import { smallStack, TestSite } from "../support/test-site";

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

  it("that a broken renderer swaps are stopped at the secondary", async () => {
    const site = await TestSite.up(
      routed([{ path: "/api/*", pool: "api" }, { pool: "web" }]),
      "test/support/plugins/swaps-routes.ts",
    );
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

/** The pool of the server that answers. */
async function poolOf(url: string, { path, host, cookie }: { path: string; host?: string; cookie?: string }): Promise<string> {
  const headers = {
    accept: "application/json",
    ...(host === undefined ? {} : { host }),
    ...(cookie === undefined ? {} : { cookie }),
  };
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}${path}`, { agent: false, headers }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (part: string) => (body += part));
      answer.on("end", () => resolve((JSON.parse(body) as { pool: string }).pool));
    });
    request.on("error", reject);
  });
}
