import { type MaintenancePage, pageOf } from "../../model/operations/maintenance-page";
import { type PoolPlan, sortedEntries } from "../../model/plan";
import { addressList } from "../address-list";
import { returnPage } from "./page";

/** The rules of a frontend by which requests to pools that are out get a page, before a server is chosen. */
export function maintenanceRules(pools: Readonly<Record<string, PoolPlan>>): string[] {
  return sortedEntries(pools).flatMap(([name, { page }]) => (page === undefined ? [] : pageRules(name, page)));
}

/** The rules of a frontend by which connections to tcp pools that are out are closed, before a server is chosen. */
export function closingRules(pools: Readonly<Record<string, PoolPlan>>): string[] {
  return sortedEntries(pools).flatMap(([name, { page }]) => {
    if (page === undefined) return [];
    const { exempt, condition } = isFor(name, page);
    return [...exempt, `  tcp-request content reject if ${condition}`];
  });
}

function pageRules(pool: string, page: MaintenancePage): string[] {
  const { exempt, condition } = isFor(pool, page);
  return [...exempt, `  ${returnPage(pageOf(page))} if ${condition}`];
}

/** Whom a page is for: whoever asks for its pool, less those that are excepted. */
function isFor(pool: string, { exceptFrom }: MaintenancePage): { readonly exempt: string[]; readonly condition: string } {
  const excepted = `excepted-${pool}`;
  const others = exceptFrom.length === 0 ? "" : ` !${excepted}`;
  return { exempt: addressList(excepted, exceptFrom), condition: `{ var(txn.pool) -m str ${pool} }${others}` };
}
