import { checkTimings, type HealthCheck } from "../model/health-check";
import { type NodePlan, type Plan, type PoolPlan, sortedEntries } from "../model/plan";
import { CHECKED } from "./backend-names";

/** Checks that a starved machine makes late are waited for so long, in milliseconds. */
const LATE = 1_000;

/**
 * The rules of a frontend that count the servers of the pool in `txn.pool`: those that pass their checks in `txn.checked`, and how many more
 * than half of them are left by refusals and failures in `txn.spare`, doubled.
 *
 * @param node Whose checks are meant.
 */
export function ejectionCounts(pools: Plan["pools"], node: Pick<NodePlan, "dataCenter">): string[] {
  return [
    `  http-request set-var(txn.checked) var(txn.pool),concat(${CHECKED}),nbsrv`,
    "  http-request set-var(txn.spare) var(txn.pool),nbsrv,mul(2),sub(txn.checked)",
    ...capped(pools).map(
      ([pool, plan]) =>
        `  http-request set-var(${until(pool)}) date(0,ms),add(${seenWithin(plan, node)}) if ${is(pool)} !${CAPPED} or ${is(pool)} !{ var(${until(pool)}) -m found }`,
    ),
  ];
}

/**
 * The rules of a frontend that choose a backend of the pool in `txn.pool`; they follow {@link ejectionCounts}. Refusals and failures may take
 * out at most half of the servers that pass their checks: beyond that they say more about the network than about the servers. But servers
 * that died at once refuse too, and pass their checks until these are made; and a dead server is never busy, so that every
 * request would go to one after the other. So the cap holds only once checks would have seen them.
 */
export function ejectionRules(pools: Plan["pools"]): string[] {
  return [
    ...capped(pools).map(
      ([pool]) =>
        `  use_backend ${pool} if ${is(pool)} ${CAPPED} { nbsrv(${pool}) gt 0 } { date(0,ms),sub(${until(pool)}) lt 0 }`,
    ),
    `  use_backend %[var(txn.pool),concat(${CHECKED})] if ${CAPPED}`,
  ];
}

/** That more than half are out. */
const CAPPED = "{ var(txn.spare) -m int lt 0 }";

/** Pools of which more than half can be out, and some are left. */
function capped(pools: Plan["pools"]): [string, PoolPlan][] {
  return sortedEntries(pools).filter(([, { servers }]) => Object.keys(servers).length > 2);
}

/** The moment until which checks may not have seen what requests have; no variable's name has a hyphen. */
function until(pool: string): string {
  return `proc.until_${pool.replaceAll("-", "_")}`;
}

function is(pool: string): string {
  return `{ var(txn.pool) -m str ${pool} }`;
}

/** How long checks take to see that a server of a pool is dead, in milliseconds. */
function seenWithin({ healthCheck, servers }: PoolPlan, { dataCenter }: Pick<NodePlan, "dataCenter">): number {
  const within = (check: HealthCheck, place: "near" | "far"): number => {
    const { interval, fastInterval, fall } = checkTimings(check, place);
    return interval.milliseconds + (fall - 1) * fastInterval.milliseconds + LATE;
  };
  return Math.max(
    ...Object.values(servers).map((server) => within(healthCheck, server.dataCenter === dataCenter ? "near" : "far")),
  );
}
