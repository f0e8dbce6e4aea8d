import { checkTimings, type HealthCheck } from "../model/health-check";
import { type NodePlan, type Plan, type PoolPlan, sortedEntries } from "../model/plan";
import { CHECKED } from "./backend-names";

/** Checks that a starved machine makes late are waited for so long, in milliseconds. */
const LATE = 1_000;

/**
 * The rules of a frontend that choose a backend of the pool in `txn.pool`: refusals and failures may take out at most half of the servers
 * that pass their checks, for beyond that they say more about the network than about the servers. Servers that died at once are refused
 * by too, and pass their checks until these are made. Chosen among, a dead server is never busy, so that every request would go to
 * one after the other. So the cap holds from when the checks would have seen it.
 *
 * @param node Whose checks are meant.
 */
export function ejectionRules(pools: Plan["pools"], node: Pick<NodePlan, "dataCenter">): string[] {
  return [
    ...sortedEntries(pools)
      .filter(([, pool]) => canBeCapped(pool))
      .flatMap(([pool, plan]) => {
        const [isPool, until] = [`{ var(txn.pool) -m str ${pool} }`, `proc.until_${pool.replaceAll("-", "_")}`];
        return [
          `  http-request set-var(${until}) date(0,ms),add(${seenWithin(plan, node)}) if ${isPool} !${CAPPED} or ${isPool} !{ var(${until}) -m found }`,
          `  use_backend ${pool} if ${isPool} ${CAPPED} { nbsrv(${pool}) gt 0 } { date(0,ms),sub(${until}) lt 0 }`,
        ];
      }),
    `  use_backend %[var(txn.pool),concat(${CHECKED})] if ${CAPPED}`,
  ];
}

/** That more than half are out. */
const CAPPED = "{ var(txn.spare) -m int lt 0 }";

/** Of one or two servers, half or all are out. */
function canBeCapped({ servers }: PoolPlan): boolean {
  return Object.keys(servers).length > 2;
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
