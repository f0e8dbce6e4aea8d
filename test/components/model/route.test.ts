import { expect } from "chai";
import * as fc from "fast-check";
import { exampleFor, matches, poolFor, type Route, type RoutedRequest } from "../../../components/model/route";
import { routeProblems } from "../../../components/model/route-problems";

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

const route: fc.Arbitrary<Route> = fc.record(
  {
    host: fc.constantFrom("a.example.com", "b.example.com", "*.example.com", "example.org"),
    path: fc.constantFrom("/", "/a", "/a/b", "/a/*", "/a/b/*", "/*"),
    cookie: fc.dictionary(fc.constantFrom("x", "y"), fc.constantFrom("1", "2"), { noNullPrototype: true }),
    pool: fc.constantFrom("web", "api"),
  },
  { requiredKeys: ["pool"], noNullPrototype: true },
);

describe("A route", () => {
  it("is the first that matches, by host, path or cookie; the last takes the rest", () => {
    expect(poolFor(ROUTES, request({ host: "API.example.com:8080" }))).to.equal("api");
    expect(["/api", "/api/", "/api/v1/x"].map((path) => poolFor(ROUTES, request({ path })))).to.deep.equal(["api", "api", "api"]);
    expect(poolFor(ROUTES, request({ path: "/apix" }))).to.equal("web");
    expect(poolFor(ROUTES, request({ cookies: { beta: "1" } }))).to.equal("beta");
    expect(poolFor(ROUTES, request({ cookies: { beta: "2" } }))).to.equal("web");
    expect(poolFor(ROUTES, request({ path: "/api/x", cookies: { beta: "1" } }))).to.equal("api");
  });

  it("matches only when all that it says does, and a wildcard only below", () => {
    const both = { host: "*.example.com", path: "/a", pool: "web" };
    expect(matches(both, request({ path: "/a" }))).to.equal(true);
    expect(matches(both, request({ path: "/b" }))).to.equal(false);
    expect(matches(both, request({ host: "example.com", path: "/a" }))).to.equal(false);
  });

  it("matches its own example", () => {
    fc.assert(fc.property(route, (any) => matches(any, exampleFor(any))));
  });

  it("is only said never to match when an earlier one takes whatever it would", () => {
    const requests = fc.record({
      host: fc.constantFrom("a.example.com", "b.example.com", "example.org", "x.test"),
      path: fc.constantFrom("/", "/a", "/a/b", "/a/b/c", "/z"),
      cookies: fc.dictionary(fc.constantFrom("x", "y"), fc.constantFrom("1", "2"), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(route, route, requests, (first, second, asked) => {
        const unreachable = routeProblems([first, second, { pool: "web" }], ["web", "api"]).some(
          ({ path }) => path === "routes[1]",
        );
        if (unreachable && matches(second, asked)) expect(matches(first, asked)).to.equal(true);
      }),
    );
  });
});

describe("The routes of a site", () => {
  const told = (routes: Route[] | undefined, pools = ["web", "api", "beta"]): string[] =>
    routeProblems(routes, pools).map(({ path, message }) => `${path}: ${message}`);

  it("have no problem when the last takes all, and need not be there for one pool", () => {
    expect(told(ROUTES)).to.deep.equal([]);
    expect(told(undefined, ["web"])).to.deep.equal([]);
  });

  it("have each problem told", () => {
    expect(told([{ path: "/x", pool: "appi" }])).to.deep.equal([
      "routes[0].pool: is appi, which is not one of the pools: web, api, beta; did you mean api?",
      "routes: must end with a route that takes every other request, such as - { pool: web }",
    ]);
    expect(
      told([{ path: "/api/*", pool: "api" }, { path: "/api/v1", pool: "beta" }, { pool: "web" }, { pool: "api" }]),
    ).to.deep.equal([
      "routes[1]: can never match: routes[0] takes every request that it would",
      "routes[3]: can never match: routes[2] takes every request that it would",
    ]);
    expect(told([])).to.deep.equal(["routes: must end with a route that takes every other request, such as - { pool: web }"]);
  });
});
