import { expect } from "chai";
import type { Route } from "../../../../../components/model/routing/route";
import { routeProblems } from "../../../../../components/model/routing/route-problems";

const told = (routes: Route[] | undefined, pools = ["web", "api", "beta"], domain?: string): string[] =>
  routeProblems(routes, { pools, domain }).map(({ path, message }) => `${path}: ${message}`);
/** What is told of a route before one that takes the rest. */
const toldOf = (...routes: Route[]): string[] => told([...routes, { pool: "web" }]);

describe("The routes of a site", () => {
  it("have no problem when the last takes all, and need not be there for one pool", () => {
    expect(toldOf({ path: "/api/*", pool: "api" }, { cookie: { beta: "1" }, pool: "beta" })).to.deep.equal([]);
    expect(told(undefined, ["web"])).to.deep.equal([]);
  });

  it("have each problem told", () => {
    expect(told([{ path: "/x", pool: "appi" }])).to.deep.equal([
      "routes[0].pool: is appi, which is not one of the pools: web, api, beta; did you mean api?",
      "routes: must end with a route that takes every other request, such as - { pool: web }",
    ]);
    expect(told([])).to.deep.equal(["routes: must end with a route that takes every other request, such as - { pool: web }"]);
    for (const key of [
      { method: "GET" },
      { from: "0.0.0.0/0" },
      { header: { x: "*" } },
      { not: { path: "/x" } },
      { scheme: "http" },
    ] as const)
      expect(told([{ ...key, pool: "web" }])).to.have.length(1);
  });

  it("lead somewhere, and to one place", () => {
    expect(toldOf({ path: "/a" }, { path: "/b", pool: "api", respond: { status: 404 } })).to.deep.equal([
      "routes[0]: leads nowhere; it needs one of pool, pools, redirect, respond",
      "routes[1]: has pool and respond, but must have one of pool, pools, redirect, respond",
    ]);
    expect(toldOf({ path: "/a", pools: { web: 0, api: 0 } }, { path: "/b", pools: { web: 1, apo: 1 } })).to.deep.equal([
      "routes[0].pools: has weights that sum to 0; at least one must be more",
      "routes[1].pools.apo: is not one of the pools: web, api, beta; did you mean api?",
    ]);
  });

  it("say nothing that has no effect", () => {
    expect(
      toldOf(
        { path: "/a", pool: "api", stickyCookie: "stay" },
        { path: "/b", respond: { status: 204, body: "x" }, rewrite: { path: "/x" } },
        { path: "/c", redirect: { status: 307, host: "x.test" }, requestHeaders: { remove: ["x"] } },
        { path: "/d", redirect: { status: 307 } },
        { path: ["/e/*", "/f/*"], pool: "api", rewrite: { path: "/*" } },
        { path: "/g", redirect: { status: 307, path: "/h/*" } },
      ),
    ).to.deep.equal([
      "routes[0].stickyCookie: is for a route with several pools, which this one does not have",
      "routes[1].respond.body: is a body, which an answer 204 can't have",
      "routes[1].rewrite: is for a route to a pool; with respond no server is asked",
      "routes[2].requestHeaders: is for a route to a pool; with redirect no server is asked",
      "routes[3].redirect: leads to where the client comes from; it needs scheme, host or path",
      "routes[4].rewrite.path: is /*, which keeps what follows the route's prefix; its path must be one such as /old/*",
      "routes[5].redirect.path: is /h/*, which keeps what follows the route's prefix; its path must be one such as /old/*",
    ]);
  });

  it("can each match", () => {
    const by = (...routes: Route[]): string[] => toldOf(...routes).map((line) => line.replace("can never match: ", ""));
    const takes = "takes every request that it would";
    expect(by({ path: "/api/*", pool: "api" }, { path: "/api/v1", pool: "beta" })).to.deep.equal([
      `routes[1]: routes[0] ${takes}`,
    ]);
    expect(told([{ pool: "web" }, { pool: "api" }])).to.deep.equal([`routes[1]: can never match: routes[0] ${takes}`]);
    const a: Route = { path: ["/a", "/b/*"], method: ["GET", "POST"], pool: "api" };
    for (const second of [
      { path: "/a", method: "GET" },
      { path: ["/b/x", "/b/*/y"], method: "POST", host: "x.test" },
    ])
      expect(by(a, { ...second, pool: "web" })).to.deep.equal([`routes[1]: routes[0] ${takes}`]);
    for (const second of [{ path: "/a" }, { path: ["/a", "/c"], method: "GET" }, { path: "/b*", method: "GET" }])
      expect(by(a, { ...second, pool: "web" })).to.deep.equal([]);
    expect(
      by({ header: { "X-A": ["1*", "2"] }, pool: "api" }, { header: { "x-a": ["12", "1*", "2"] }, pool: "web" }),
    ).to.have.length(1);
    expect(by({ from: "10.0.0.0/8", pool: "api" }, { from: ["10.1.0.0/16", "10.2.0.0/24"], pool: "web" })).to.have.length(1);
    expect(by({ from: "10.0.0.0/8", pool: "api" }, { from: "0.0.0.0/0", pool: "web" })).to.deep.equal([]);
    expect(
      by({ host: "*.example.com", pool: "api" }, { host: ["a.example.com", "*.B.example.com"], pool: "web" }),
    ).to.have.length(1);
  });

  it("can each match, beside several that take it all together, and its own not", () => {
    expect(toldOf({ path: "/a", pool: "api" }, { path: "/b", pool: "api" }, { path: ["/a", "/b"], pool: "web" })).to.deep.equal([
      "routes[2]: can never match: routes[0], routes[1] together take every request that it would",
    ]);
    expect(toldOf({ path: "/a/b", not: { path: "/a/*" }, pool: "api" })).to.deep.equal([
      "routes[0]: can never match: its not leaves nothing over",
    ]);
    const most: Route = { path: "/a/*", not: { method: "POST" }, pool: "api" };
    expect(toldOf(most, { path: "/a/x", pool: "api" })).to.deep.equal([]);
    expect(toldOf(most, { path: "/a/x", not: { method: ["POST", "PUT"] }, pool: "api" })).to.have.length(1);
  });

  it("send no client round in circles", () => {
    const circle = "goes round in circles: ";
    expect(told([{ redirect: { status: 307, scheme: "https" } }])[0]).to.equal(
      `routes[0].redirect: ${circle}https://probe.invalid/, then https://probe.invalid/, then https://probe.invalid/; have the route not take what it leads to`,
    );
    expect(toldOf({ scheme: "http", redirect: { status: 307, scheme: "https" } })).to.deep.equal([]);
    expect(toldOf({ path: "/old/*", redirect: { status: 301, path: "/old/new/*" } })[0]).to.include(circle);
    expect(toldOf({ path: "/old/*", redirect: { status: 301, path: "/new/*" } })).to.deep.equal([]);
    // Whose host it is, is only known of those that the site says to be its own.
    const canonical: Route = { redirect: { status: 308, host: "www.example.com" } };
    expect(told([canonical])).to.deep.equal([]);
    expect(told([canonical], undefined, "www.example.com")).to.have.length(1);
    expect(toldOf({ ...canonical, not: { host: "www.example.com" } })).to.deep.equal([]);
  });
});
