import type { Plan } from "../model/plan";
import { CHECKED } from "./backend-names";
import { minimaOf } from "./render-minimum";

/*
 * Refusals may take out at most half of the servers that pass their checks: beyond that they say more about the network than about the
 * servers. The servers in use are fewer than half of those that pass only where they are fewer than half of all, which is asked first.
 */

/** The rules of a frontend that count, in `txn.checked`, the servers of the pool that pass their checks. */
export function countRules(pools: Plan["pools"]): string[] {
  const all = Object.values(pools);
  const half = Math.max(0, ...all.map(({ servers }) => Math.ceil(Object.keys(servers).length / 2)));
  const few = all.some((pool) => minimaOf(pool).length > 0) ? "" : ` if { var(txn.pool),nbsrv lt ${half} }`;
  return [`  http-request set-var(txn.checked) var(txn.pool),concat(${CHECKED}),nbsrv${few}`];
}

/** The rule of a frontend by which requests go to all servers that pass their checks, whatever was refused. */
export const DISTRUST = `  use_backend %[var(txn.pool),concat(${CHECKED})] if { var(txn.checked) -m found } { var(txn.pool),nbsrv,mul(2),sub(txn.checked) lt 0 }`;
