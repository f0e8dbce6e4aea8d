import { expect } from "chai";
import * as fc from "fast-check";
import { joinedRoutes } from "../../../../components/haproxy/joined-routes";
import { outcomeFor, type Route } from "../../../../components/model/routing/route";
import { someRequest, someRoute } from "../../../support/sites/some-routes";

const hosts = fc.subarray(["a.example.com", "A.example.com", "*.example.com", "*.a.example.com", "example.org"], {
  minLength: 1,
});
const paths = fc.subarray(["/", "/a", "/a/b", "/a/*", "/a/b/*", "/*", "/*/b", "/z"], { minLength: 1, maxLength: 3 });
/** A route by host and path alone, so that many may join. */
const simple: fc.Arbitrary<Route> = fc.record(
  { host: hosts, path: paths, pool: fc.constantFrom("api", "web") },
  { requiredKeys: ["pool"], noNullPrototype: true },
);
const routes = fc.array(fc.oneof({ weight: 5, arbitrary: simple }, { weight: 1, arbitrary: someRoute }), { maxLength: 8 });

describe("Routes that are joined", () => {
  it("lead every request to where the single ones do", () => {
    fc.assert(
      fc.property(routes, fc.array(someRequest, { minLength: 20, maxLength: 20 }), (single, requests) => {
        const joined = joinedRoutes(single);
        for (const request of requests) expect(outcomeFor(joined, request)).to.deep.equal(outcomeFor(single, request));
      }),
      { numRuns: 1_000 },
    );
  });

  it("are as few as their pools where no two of them take the same request", () => {
    const byPath = Array.from({ length: 100 }, (_, i): Route => ({ path: `/section-${i}/*`, pool: `pool-${i % 5}` }));
    expect(joinedRoutes(byPath)).to.have.length(5);
    const byHost = byPath.map(({ pool }, i): Route => ({ host: `h${i}.example.com`, path: "/shop/*", pool: pool ?? "" }));
    expect(joinedRoutes([...byHost, { pool: "web" }])).to.have.length(6);
  });

  it("stay apart where one between them takes what both do, and where more than the pool follows", () => {
    const between: Route[] = [
      { path: "/a/b/*", pool: "web" },
      { path: "/a/*", pool: "api" },
      { path: "/*", pool: "web" },
    ];
    expect(joinedRoutes(between)).to.deep.equal(between);
    const more: Route[] = [
      { path: "/a", pool: "web", requestHeaders: { remove: ["x"] } },
      { path: "/b", pool: "web", not: { method: "POST" } },
      { path: "/c", pool: "web" },
      { path: "/*.php", pool: "web" },
    ];
    expect(joinedRoutes(more)).to.deep.equal(more);
  });
});
