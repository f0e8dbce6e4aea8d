import { checkTimings, type HealthCheck } from "../../model/health-checks/health-check";
import { type NodePlan, type Plan, type PoolPlan, sortedEntries } from "../../model/plan";
import { CHECKED } from "../backend-names";
import { minimaOf } from "./minimum";

/** Checks that a starved machine makes late are waited for so long, in milliseconds. */
const LATE = 1_000;
/** Milliseconds without a request that met the cap, after which the next one begins anew. */
const FORGOTTEN_AFTER = 10_000;

/** That more than half of the servers that pass their checks are out. */
const CAPPED = "{ var(txn.capped) -m found }";

/** The rules by which a frontend sets variables, of requests or of connections. */
type Ruleset = "http-request" | "tcp-request content";

/**
 * The rules of a frontend that count the servers of the pool in `txn.pool`: those that pass their checks in `txn.checked`, and whether more
 * than half of them are out for refusals or failures, and since when. What follows chooses by it.
 */
export function countRules(pools: Plan["pools"], rule: Ruleset = "http-request"): string[] {
  const all = Object.values(pools);
  const half = Math.max(0, ...all.map(({ servers }) => Math.ceil(Object.keys(servers).length / 2)));
  // The servers in use are fewer than half of those that pass only where they are fewer than half of all, which is cheaper to ask.
  const few = all.some((pool) => minimaOf(pool).length > 0) ? "" : ` if { var(txn.pool),nbsrv lt ${half} }`;
  return [
    `  ${rule} set-var(txn.checked) var(txn.pool),concat(${CHECKED}),nbsrv${few}`,
    `  ${rule} set-var(txn.capped) bool(true) if { var(txn.checked) -m found } { var(txn.pool),nbsrv,mul(2),sub(txn.checked) lt 0 }`,
    ...cappable(pools).flatMap(([pool]) => [
      `  ${rule} unset-var(${since(pool)}) if ${isCapped(pool)} { date(0,ms),sub(${last(pool)}) gt ${FORGOTTEN_AFTER} }`,
      `  ${rule} set-var(${since(pool)}) date(0,ms) if ${isCapped(pool)} !{ var(${since(pool)}) -m found }`,
      `  ${rule} set-var(${last(pool)}) date(0,ms) if ${isCapped(pool)}`,
    ]),
  ];
}

/**
 * The rules of a frontend that choose a backend of the pool in `txn.pool`; they follow {@link countRules}. Refusals and failures may take
 * out at most half of the servers that pass their checks: beyond that they say more about the network than about the servers. But servers
 * that died at once refuse too, and pass their checks until these are made; and a dead server is never busy, so that every
 * request would go to one after the other. So the cap holds only once checks would have seen them.
 *
 * @param node Whose checks are meant.
 */
export function ejectionRules(pools: Plan["pools"], node: Pick<NodePlan, "dataCenter">): string[] {
  return [
    ...cappable(pools).map(
      ([pool, plan]) =>
        `  use_backend ${pool} if ${isCapped(pool)} { nbsrv(${pool}) gt 0 } { date(0,ms),sub(${since(pool)}) lt ${seenWithin(plan, node)} }`,
    ),
    `  use_backend %[var(txn.pool),concat(${CHECKED})] if ${CAPPED}`,
  ];
}

function isCapped(pool: string): string {
  return `${CAPPED} { var(txn.pool) -m str ${pool} }`;
}

/** Since when more than half of a pool's servers are out, in milliseconds. */
function since(pool: string): string {
  return `proc.since_${pool.replaceAll("-", "_")}`;
}

/** When a request was given to a pool of which more than half are out, for the last time. */
function last(pool: string): string {
  return `proc.last_${pool.replaceAll("-", "_")}`;
}

/** The pools in which more than half can be out: of one or two servers, half or all are. */
function cappable(pools: Plan["pools"]): [string, PoolPlan][] {
  return sortedEntries(pools).filter(([, { servers }]) => Object.keys(servers).length > 2);
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
