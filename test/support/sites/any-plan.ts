import * as fc from "fast-check";
import { NAME } from "../../../components/model/name";
import type { Plan, PoolPlan } from "../../../components/model/plan";
import type { Route } from "../../../components/model/routing/route";
import { anyBalancing } from "./any-balancing";

/** Durations as users write them, in the ranges that every key of a stack takes. */
const duration = fc.oneof(
  fc.integer({ min: 1_000, max: 60_000 }).map((length) => `${length}ms`),
  fc.integer({ min: 100, max: 6_000 }).map((length) => `${length / 100}s`),
  fc.constantFrom("1m", "0.5m"),
);
/** Health checks by HTTP, with all that they may say. */
export const anyHealthCheck = fc.record(
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
export const anyServer = fc.record(
  { dataCenter: fc.constantFrom("a", "b", "c"), address: fc.constant("127.0.0.1"), port: fc.integer({ min: 1, max: 65_535 }) },
  { noNullPrototype: true },
);
/** One or more, by name. */
export const some = <Value>(value: fc.Arbitrary<Value>, most: number) =>
  fc.dictionary(name, value, { minKeys: 1, maxKeys: most, noNullPrototype: true });
const pool: fc.Arbitrary<PoolPlan> = fc.record(
  {
    healthCheck: anyHealthCheck,
    responseTimeout: duration,
    slowStart: fc.oneof(duration, fc.constant("0s")),
    servers: some(anyServer, 6),
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
/** Plans with all that they may hold, apart from pages and trouble. */
export const anyPlan: fc.Arbitrary<Plan> = fc
  .record({ site: name, pools: some(pool, 3), longestConnection: duration }, { noNullPrototype: true })
  .chain((site) => routesOf(Object.keys(site.pools)).map((routes) => ({ ...site, routes })));
