import { expect } from "chai";
import * as fc from "fast-check";
import { matches, outcomeFor, reasonAgainst, type Route, routeFor } from "../../../../../components/model/routing/route";
import { exampleFor } from "../../../../../components/model/routing/route-example";
import type { RoutedRequest } from "../../../../../components/model/routing/route-match";
import { routeProblems } from "../../../../../components/model/routing/route-problems";
import { POOLS, someRequest, someRoute } from "../../../../support/sites/some-routes";

const request = (changes: Partial<RoutedRequest> = {}): RoutedRequest => ({
  host: "shop.example.com",
  path: "/",
  cookies: {},
  ...changes,
});
const ROUTES: Route[] = [
  { host: "api.example.com", pool: "api" },
  { path: "/api/*", pool: "api" },
  { cookie: { beta: "1" }, pool: "beta" },
  { pool: "web" },
];
const poolFor = (asked: RoutedRequest): string | undefined => ROUTES[routeFor(ROUTES, asked)]?.pool;

describe("A route", () => {
  it("is the first that matches, by host, path or cookie; the last takes the rest", () => {
    expect(poolFor(request({ host: "API.example.com:8080" }))).to.equal("api");
    expect(["/api", "/api/", "/api/v1/x"].map((path) => poolFor(request({ path })))).to.deep.equal(["api", "api", "api"]);
    expect(poolFor(request({ path: "/apix" }))).to.equal("web");
    expect(poolFor(request({ cookies: { beta: "1" } }))).to.equal("beta");
    expect(poolFor(request({ cookies: { beta: "2" } }))).to.equal("web");
    expect(poolFor(request({ path: "/api/x", cookies: { beta: "1" } }))).to.equal("api");
  });

  it("matches only when all that it says does, and a wildcard only below", () => {
    const both = { host: "*.example.com", path: "/a", pool: "web" };
    expect(matches(both, request({ path: "/a" }))).to.equal(true);
    expect(matches(both, request({ path: "/b" }))).to.equal(false);
    expect(matches(both, request({ host: "example.com", path: "/a" }))).to.equal(false);
  });

  it("matches when any of several values does, unless its not does", () => {
    const some: Route = {
      path: ["/a", "/b/*"],
      method: ["POST", "PUT"],
      not: [{ path: "/b/x" }, { method: "PUT", path: "/a" }],
      pool: "web",
    };
    const taken = (method: string, path: string): boolean => matches(some, request({ method, path }));
    expect([taken("POST", "/a"), taken("PUT", "/b/y"), taken("GET", "/a"), taken("POST", "/c")]).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
    expect([taken("POST", "/b/x"), taken("PUT", "/a")]).to.deep.equal([false, false]);
  });

  it("says why it does not take a request", () => {
    const why = (route: Omit<Route, "pool">, changes: Partial<RoutedRequest> = {}): string | undefined =>
      reasonAgainst({ ...route, pool: "web" }, request(changes));
    expect(why({ path: ["/a", "/b"] })).to.equal("path is /, not /a or /b");
    expect(why({ host: "x.example.com" })).to.equal("host is shop.example.com, not x.example.com");
    expect(why({ header: { "X-Beta": "1" } })).to.equal("header X-Beta is missing, not 1");
    expect(why({ header: { "X-Beta": "1*" } }, { headers: { "x-beta": "2" } })).to.equal("header X-Beta is 2, not 1*");
    expect(why({ query: { v: "2" } }, { query: "v=1&v=3" })).to.equal("query v is 1, 3, not 2");
    expect(why({ from: "10.0.0.0/8" })).to.equal("source is unknown, not 10.0.0.0/8");
    expect(why({ scheme: "https" })).to.equal("scheme is http, not https");
    expect(why({ not: { path: "/" } })).to.equal('it is one of those that "not" names: {"path":"/"}');
    expect(why({ method: "GET" })).to.equal(undefined);
  });

  it("sends a client elsewhere, with what the redirect leaves as it was asked for", () => {
    const location = (route: Partial<Route>, changes: Partial<RoutedRequest> = {}): unknown => {
      const outcome = outcomeFor([route], request({ path: "/old/x", query: "a=b", host: "shop.example.com:8080", ...changes }));
      return outcome?.kind === "redirect" ? outcome.location : outcome;
    };
    expect(location({ redirect: { status: 307, scheme: "https" } })).to.equal("https://shop.example.com/old/x?a=b");
    expect(location({ redirect: { status: 307, host: "www.example.com:81" } })).to.equal("//www.example.com:81/old/x?a=b");
    expect(location({ redirect: { status: 307, path: "/new" } })).to.equal("//shop.example.com:8080/new?a=b");
    expect(location({ path: "/old/*", redirect: { status: 301, path: "/new/*" } })).to.equal("//shop.example.com:8080/new/x?a=b");
    // Nobody is sent to the host of another by a path that looks like one.
    expect(
      location({ path: "/old/*", redirect: { status: 301, path: "/*" } }, { path: "/old//evil.example", query: "" }),
    ).to.equal("//shop.example.com:8080/evil.example");
  });

  it("has a server asked for another path", () => {
    const path = (from: string, to: string, asked: string): unknown => {
      const outcome = outcomeFor([{ path: from, rewrite: { path: to }, pool: "web" }], request({ path: asked }));
      return outcome?.kind === "pool" ? outcome.path : outcome;
    };
    expect(["/v1", "/v1/", "/v1/x"].map((asked) => path("/v1/*", "/v2/*", asked))).to.deep.equal(["/v2", "/v2/", "/v2/x"]);
    expect(["/v1", "/v1/", "/v1/x"].map((asked) => path("/v1/*", "/*", asked))).to.deep.equal(["/", "/", "/x"]);
    expect(path("/*", "/v2/*", "/x")).to.equal("/v2/x");
    expect(path("/a/*", "/one", "/a/b")).to.equal("/one");
  });

  it("matches its own example, unless none is found", () => {
    fc.assert(
      fc.property(someRoute, (route) => {
        const example = exampleFor([route], 0);
        if (example !== undefined) expect(matches(route, example)).to.equal(true);
      }),
    );
    expect(exampleFor([{ path: "/x", not: { from: "192.0.2.0/24", host: "*.invalid" }, pool: "web" }], 0)).to.deep.include({
      from: "2001:db8::1",
    });
  });

  it("has an example over the scheme that it is asked for, unless it takes the other one", () => {
    expect(exampleFor([{ scheme: "https", pool: "web" }], 0)).to.equal(undefined);
    expect(exampleFor([{ scheme: "http", pool: "web" }], 0, "https")).to.equal(undefined);
    expect(exampleFor([{ scheme: "https", pool: "web" }], 0, "https")?.scheme).to.equal("https");
    // What an earlier route takes over HTTP is left over for HTTPS.
    const routes: Route[] = [{ scheme: "http", path: "/a", pool: "web" }, { path: ["/a", "/b"], pool: "web" }, { pool: "web" }];
    expect([exampleFor(routes, 1)?.path, exampleFor(routes, 1, "https")?.path]).to.deep.equal(["/b", "/a"]);
  });

  it("has an example that no earlier route takes, where there is one", () => {
    const routes: Route[] = [{ path: "/a/probe", pool: "web" }, { path: "/a/*", pool: "web" }, { pool: "web" }];
    expect(exampleFor(routes, 1)?.path).to.equal("/a/probe-2");
    expect(exampleFor([{ path: "/", pool: "web" }, { pool: "web" }], 1)?.path).to.equal("/probe");
  });

  it("is only said never to match when earlier ones take whatever it would", () => {
    const few = fc.array(someRoute, { minLength: 2, maxLength: 4 });
    let unreachable = 0;
    fc.assert(
      fc.property(few, fc.array(someRequest, { minLength: 20, maxLength: 20 }), (routes, requests) => {
        const problems = routeProblems([...routes, { pool: "web" }], { pools: POOLS });
        for (const [i, route] of routes.entries()) {
          if (!problems.some(({ path, message }) => path === `routes[${i}]` && message.startsWith("can never match"))) continue;
          unreachable++;
          const example = exampleFor([route], 0);
          for (const asked of example === undefined ? requests : [example, ...requests])
            if (matches(route, asked)) expect(routeFor(routes, asked)).to.be.lessThan(i);
        }
      }),
      { numRuns: 500 },
    );
    expect(unreachable).to.be.greaterThan(0);
  });
});
