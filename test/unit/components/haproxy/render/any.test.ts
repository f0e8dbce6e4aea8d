import { expect } from "chai";
import * as fc from "fast-check";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { httpCheck } from "../../../../../components/model/health-checks/health-check";
import { NAME } from "../../../../../components/model/name";
import type { NodePlan, Plan, PoolPlan, ServerPlan } from "../../../../../components/model/plan";
import { readStack } from "../../../../../components/model/read-stack";
import type { Route } from "../../../../../components/model/routing/route";
import { anyBalancing } from "../../../../support/sites/any-balancing";
import { expectTaken } from "../../../../support/programs/haproxy-check";
import { sampleNode, samplePlan, servers } from "../../../../support/sites/sample-plan";

/** Durations as users write them, in the ranges that every key of a stack takes. */
const duration = fc.oneof(
  fc.integer({ min: 1_000, max: 60_000 }).map((length) => `${length}ms`),
  fc.integer({ min: 100, max: 6_000 }).map((length) => `${length / 100}s`),
  fc.constantFrom("1m", "0.5m"),
);
const check = fc.record(
  {
    path: fc.stringMatching(/^\/[\w.~!$&()*+,;=:@%/?-]{0,12}$/),
    method: fc.constantFrom("GET", "OPTIONS"),
    host: fc.constantFrom("shop.example", "shop.example:8080"),
    headers: fc.dictionary(
      fc.stringMatching(/^[\w!#$%&'*+.^`|~-]{1,8}$/).filter((text) => !/^(host|connection)$/i.test(text)),
      fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/),
      { maxKeys: 2, noNullPrototype: true },
    ),
    status: fc.constantFrom(200, "204", "200-299,304"),
    body: fc
      .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
      .filter((text) => text.trim() !== "" && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)),
    interval: duration,
    timeout: duration,
    fall: fc.integer({ min: 1, max: 10 }),
    rise: fc.integer({ min: 1, max: 10 }),
  },
  { requiredKeys: ["path", "rise"], noNullPrototype: true },
);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((text) => NAME.test(text));
const server = fc.record(
  { dataCenter: fc.constantFrom("a", "b", "c"), address: fc.constant("127.0.0.1"), port: fc.integer({ min: 1, max: 65_535 }) },
  { noNullPrototype: true },
);
const some = <Value>(value: fc.Arbitrary<Value>, most: number) =>
  fc.dictionary(name, value, { minKeys: 1, maxKeys: most, noNullPrototype: true });
const pool: fc.Arbitrary<PoolPlan> = fc.record(
  {
    healthCheck: check,
    responseTimeout: duration,
    slowStart: fc.oneof(duration, fc.constant("0s")),
    servers: some(server, 6),
    ...anyBalancing(duration),
  },
  { requiredKeys: ["healthCheck", "responseTimeout", "slowStart", "servers"], noNullPrototype: true },
);
const cookie = fc.dictionary(fc.constantFrom("beta", "lang"), fc.constantFrom("1", "nl"), { noNullPrototype: true });
const host = fc.constantFrom("shop.example.com", "*.example.com");
const path = fc.constantFrom("/", "/cart", "/api/*", "/*");
/** Routes to the pools of a plan, the last of which takes all. */
const routesOf = (pools: readonly string[]): fc.Arbitrary<Route[]> => {
  const to = fc.constantFrom(...pools);
  const optional = { host, path, cookie };
  const route = fc.record({ ...optional, pool: to }, { requiredKeys: ["pool"], noNullPrototype: true });
  return fc.tuple(fc.array(route, { maxLength: 3 }), to).map(([some, last]) => [...some, { pool: last }]);
};
const plan: fc.Arbitrary<Plan> = fc
  .record({ site: name, pools: some(pool, 3), longestConnection: duration }, { noNullPrototype: true })
  .chain((site) => routesOf(Object.keys(site.pools)).map((routes) => ({ ...site, routes })));

/** An equal value with the keys of every map the other way round. */
function reversed<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)] as const),
  ) as Value;
}

describe("Every plan that a stack can ask for", function () {
  this.timeout(20_000);

  it("is rendered to a configuration that HAProxy takes without a warning", () => {
    fc.assert(
      fc.property(plan, (any) => expectTaken(renderBalancer(any, sampleNode()).text)),
      { numRuns: 40 },
    );
  });

  it("has checks that the reader of stack files accepts, so that the one above is about all of them", () => {
    fc.assert(
      fc.property(
        check.filter(({ timeout, interval }) => timeout === undefined || interval === undefined),
        (healthCheck) => {
          const { problems } = readStack({
            site: { name: "shop" },
            dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
            loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
            pools: { web: { servers: { a: 1 }, healthCheck } },
          });
          expect(problems).to.deep.equal([]);
        },
      ),
    );
  });

  it("is rendered to the same text whatever the order of its keys", () => {
    fc.assert(
      fc.property(plan, (any) => {
        expect(renderBalancer(reversed(any), reversed(sampleNode()))).to.deep.equal(renderBalancer(any, sampleNode()));
      }),
    );
  });
});

describe("A change of a plan or a node", () => {
  const before = renderBalancer(samplePlan(), sampleNode());
  const { web } = samplePlan().pools as { web: PoolPlan };

  function expectChanged(after: Plan, node: NodePlan = sampleNode(), what = ""): void {
    const changed = renderBalancer(after, node);
    expect(changed.text, what).not.to.equal(before.text);
    expect(changed.description, what).not.to.equal(before.description);
  }

  function withServer(changes: Partial<ServerPlan>): Plan {
    const [first] = Object.values(web.servers) as [ServerPlan];
    return samplePlan({ web: { ...web, servers: { ...web.servers, "web-a-1": { ...first, ...changes } } } });
  }

  it("of a server changes the text and the fingerprint", () => {
    expectChanged(withServer({ port: 20_013 }), undefined, "port");
    expectChanged(withServer({ address: "127.0.0.2" }), undefined, "address");
    expectChanged(withServer({ dataCenter: "b" }), undefined, "data center");
    expectChanged(samplePlan({ web: { ...web, servers: servers("a", { "web-a-1": 20_011 }) } }), undefined, "one less");
  });

  it("of a health check changes the text and the fingerprint", () => {
    const asked = [{ host: "a" }, { method: "HEAD" }, { headers: { "x-a": "b" } }, { status: 204 }, { body: "ok" }] as const;
    for (const change of [...asked, { interval: "1s" }, { timeout: "1s" }, { fall: 9 }, { rise: 9 }]) {
      expectChanged(
        samplePlan({ web: { ...web, healthCheck: httpCheck("/healthz", change) } }),
        undefined,
        JSON.stringify(change),
      );
    }
    expectChanged(samplePlan({ web: { ...web, healthCheck: httpCheck("/up") } }), undefined, "path");
  });

  it("of a pool changes the text and the fingerprint", () => {
    expectChanged(samplePlan({ web: { ...web, responseTimeout: "31s" } }), undefined, "responseTimeout");
    expectChanged(samplePlan({ web: { ...web, slowStart: "0s" } }), undefined, "slowStart");
    expectChanged(samplePlan({ shop: web }), undefined, "name");
    expectChanged(samplePlan({ web, api: web }), undefined, "another pool");
  });

  it("of the site or the node changes the text and the fingerprint", () => {
    expectChanged(samplePlan({ web }, { site: "other" }), undefined, "site");
    expectChanged(samplePlan({ web }, { longestConnection: "31m" }), undefined, "longestConnection");
    for (const change of [
      { role: "secondary" },
      { dataCenter: "b" },
      { directory: "/elsewhere" },
      { site: { address: "127.0.0.1", port: 1 } },
      { health: { address: "127.0.0.1", port: 1 } },
      { frontSocket: "/elsewhere" },
      { maxConnections: 999 },
    ] satisfies Partial<NodePlan>[]) {
      expectChanged(samplePlan({ web }), sampleNode(change), JSON.stringify(change));
    }
  });

  it("between any two plans that are not written alike changes the text", () => {
    const servers = some(server, 3);
    fc.assert(
      fc.property(servers, servers, (one, other) => {
        const rendered = (of: Record<string, ServerPlan>) =>
          renderBalancer(samplePlan({ web: { ...web, servers: of } }), sampleNode());
        // Of its data center only near or far matters to a balancer.
        const seen = (of: Record<string, ServerPlan>) =>
          JSON.stringify(
            Object.entries(of)
              .map(([key, { port, dataCenter }]) => [key, port, dataCenter === "a"])
              .sort(),
          );
        expect(rendered(one).text === rendered(other).text).to.equal(seen(one) === seen(other));
        expect(rendered(one).description === rendered(other).description).to.equal(seen(one) === seen(other));
      }),
    );
  });
});
