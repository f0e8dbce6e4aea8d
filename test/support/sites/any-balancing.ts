import * as fc from "fast-check";

const sameSite = fc.constantFrom("Lax" as const, "None" as const);

/** What a pool may say of how its requests are shared, each by what makes one. */
export function anyBalancing(duration: fc.Arbitrary<string>) {
  return {
    affinity: fc.oneof(
      fc.record(
        { cookie: fc.constant("shop_server"), maxIdle: duration, maxLife: duration, sameSite },
        { requiredKeys: ["cookie", "sameSite"], noNullPrototype: true },
      ),
      fc.record({ appCookie: fc.constant("JSESSIONID"), sameSite }, { noNullPrototype: true }),
    ),
    capacity: fc.record(
      { requests: fc.integer({ min: 1, max: 100_000 }), queue: duration, queued: fc.integer({ min: 1, max: 100_000 }) },
      { requiredKeys: ["requests", "queue"], noNullPrototype: true },
    ),
    weights: fc.dictionary(fc.constantFrom("a", "b"), fc.integer({ min: 1, max: 256 }), { noNullPrototype: true }),
    tunnelTimeout: duration,
  };
}
