import { type Plan, type PoolPlan, sortedEntries } from "../../model/plan";
import { ALL, backendsOf } from "../backend-names";
import { returnPage } from "./page";

/** The rules of a frontend by which requests go to another pool while all servers of theirs are down; they follow those that choose a pool. One that is declared out has its own page. */
export function spareRules(pools: Plan["pools"]): string[] {
  // One that stands in may have one that stands in for it: its own rule comes after.
  const steps = (pool: string): number => {
    const next = pools[pool]?.whenAllDown?.pool;
    return next === undefined ? 0 : 1 + steps(next);
  };
  return sortedEntries(pools)
    .sort(([left], [right]) => steps(right) - steps(left))
    .flatMap(([pool, { page, whenAllDown: { pool: spare } = {} }]) =>
      spare === undefined || page !== undefined ? [] : [`  http-request set-var(txn.pool) str(${spare}) if ${allDown(pool)}`],
    );
}

/** The rules of a frontend by which requests go to all servers of a pool while all are down. */
export function failOpenRules(pools: Plan["pools"]): string[] {
  return sortedEntries(pools).flatMap(([pool, { whenAllDown }]) =>
    whenAllDown?.servers === "all" ? [`  use_backend ${pool}${ALL} if ${allDown(pool)}`] : [],
  );
}

/** The lines of a pool's main backend by which it answers with a page while all servers are down. */
export function downPage(pool: string, { whenAllDown: { page } = {} }: PoolPlan): string[] {
  return page === undefined ? [] : [`  ${returnPage(page)} if ${noneUp(pool)}`];
}

function allDown(pool: string): string {
  return `{ var(txn.pool) -m str ${pool} } ${noneUp(pool)}`;
}

function noneUp(pool: string): string {
  return `{ nbsrv(${backendsOf(pool).checkedOnly}) eq 0 }`;
}
