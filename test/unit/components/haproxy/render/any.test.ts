import { expect } from "chai";
import * as fc from "fast-check";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { httpCheck } from "../../../../../components/model/health-checks/health-check";
import type { NodePlan, Plan, PoolPlan, ServerPlan } from "../../../../../components/model/plan";
import { readStack } from "../../../../../components/model/read-stack";
import { anyHealthCheck, anyPlan, anyServer, some } from "../../../../support/sites/any-plan";
import { sampleNode, samplePlan, servers } from "../../../../support/sites/sample-plan";

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

  it("has checks that the reader of stack files accepts, so that these plans are about all of them", () => {
    fc.assert(
      fc.property(
        anyHealthCheck.filter(({ timeout, interval }) => timeout === undefined || interval === undefined),
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
      fc.property(anyPlan, (any) => {
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
    const servers = some(anyServer, 3);
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
