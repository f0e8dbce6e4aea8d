import { type Plan, type PoolPlan, sortedEntries } from "../../model/plan";
import { backendsOf, WITHOUT } from "../backend-names";

/** The minimum of each data center that can be left out: it has servers, and so has another. */
export function minimaOf({ minimumHealthy = {}, servers }: PoolPlan): [dataCenter: string, least: number][] {
  const places = new Set(Object.values(servers).map(({ dataCenter }) => dataCenter));
  return places.size < 2 ? [] : sortedEntries(minimumHealthy).filter(([place]) => places.has(place));
}

/**
 * The rules of a frontend by which requests leave out the one data center that has servers up, but fewer than its minimum. They follow those
 * that have counted the pool's servers that pass their checks, in `txn.checked`.
 */
export function minimumRules(pools: Plan["pools"]): string[] {
  const counts = sortedEntries(pools).flatMap(([pool, plan]) =>
    minimaOf(plan).flatMap(([place, least]) => {
      const [isPool, isShort] = [`{ var(txn.pool) -m str ${pool} }`, `{ var(txn.here) -m int lt ${least} }`];
      return [
        `  http-request set-var(txn.rest) nbsrv(${pool}${WITHOUT}${place}) if ${isPool}`,
        `  http-request set-var(txn.here) nbsrv(${backendsOf(pool).checkedOnly}),sub(txn.rest) if ${isPool}`,
        // Several at once are wide trouble, in which every server counts: no backend is called that.
        `  http-request set-var(txn.short) str(-) if ${isPool} ${isShort} { var(txn.short) -m found }`,
        `  http-request set-var(txn.short) str(${place}) if ${isPool} ${isShort} !{ var(txn.short) -m found }`,
      ];
    }),
  );
  if (counts.length === 0) return [];
  const without = `var(txn.pool),concat(${WITHOUT},txn.short)`;
  return [
    ...counts,
    "  http-request unset-var(txn.rest)",
    `  http-request set-var(txn.rest) ${without},nbsrv if { var(txn.short) -m found }`,
    "  http-request set-var(txn.few) var(txn.checked),sub(txn.rest) if { var(txn.rest) -m found }",
    `  use_backend %[${without}] if { var(txn.few) -m int gt 0 } { var(txn.rest) -m int gt 0 }`,
  ];
}
