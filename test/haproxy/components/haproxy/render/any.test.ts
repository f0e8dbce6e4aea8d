import * as fc from "fast-check";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { tcpCheck, tlsCheck } from "../../../../../components/model/health-checks/health-check";
import { BODILESS } from "../../../../../components/model/pools/page";
import type { PoolPlan } from "../../../../../components/model/plan";
import { expectTaken } from "../../../../support/programs/haproxy-check";
import { anyPlan } from "../../../../support/sites/any-plan";
import { sampleNode, samplePlan, samplePool, servers } from "../../../../support/sites/sample-plan";

const duration = fc.integer({ min: 1_000, max: 600_000 }).map((length) => `${length}ms`);
const body = fc
  .string({ minLength: 1, maxLength: 20, unit: fc.constantFrom('"', "'", "\\", "$", "#", "%[src]", " ", "\n", "a", "é") })
  .filter((text) => text.trim() !== "");
const page = fc.record(
  {
    status: fc.integer({ min: 200, max: 599 }).filter((status) => !BODILESS.includes(status)),
    body,
    contentType: fc.constantFrom("text/plain", "text/html; charset=utf-8"),
    retryAfter: duration,
  },
  { requiredKeys: ["status", "body", "contentType"], noNullPrototype: true },
);
const pace = { rise: 2, interval: "1s" } as const;
/** What a pool may say of trouble. */
const trouble: fc.Arbitrary<Partial<PoolPlan>> = fc.record(
  {
    healthCheck: fc.constantFrom(tcpCheck(pace), tlsCheck("shop.example", pace), tlsCheck()),
    outlierDetection: fc.record({ errors: fc.integer({ min: 1, max: 100 }), ejectFor: duration }, { noNullPrototype: true }),
    whenAllDown: fc.oneof(
      page.map((of) => ({ page: of })),
      fc.constantFrom({ servers: "all" as const }, { pool: "spare" }),
    ),
    minimumHealthy: fc.dictionary(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 200 }), { noNullPrototype: true }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe("Every plan that a stack can ask for", () => {
  it("is rendered to a configuration that HAProxy takes without a warning", () => {
    fc.assert(
      fc.property(anyPlan, (any) => expectTaken(renderBalancer(any, sampleNode()).text)),
      { numRuns: 40 },
    );
  });
});

describe("A pool that says what happens in trouble", () => {
  const spare = samplePool();

  it("is rendered to a configuration that HAProxy takes without a warning, whatever it says", () => {
    fc.assert(
      fc.property(trouble, fc.constantFrom("0s", "10s"), (changes, slowStart) => {
        const members = { ...servers("a", { "web-a-1": 20_011 }), ...servers("c", { "web-c-1": 20_012, "web-c-2": 20_013 }) };
        const web = samplePool({ servers: members, slowStart, ...changes });
        expectTaken(renderBalancer(samplePlan({ web, spare }), sampleNode()).text);
      }),
      { numRuns: 40 },
    );
  });
});
