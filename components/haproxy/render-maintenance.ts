import { type MaintenancePage, pageOf } from "../model/maintenance-page";
import { type PoolPlan, sortedEntries } from "../model/plan";
import { addressList } from "./address-list";
import { returnPage } from "./render-page";

/** The rules of a frontend by which requests to pools that are out get a page, before a server is chosen. */
export function maintenanceRules(pools: Readonly<Record<string, PoolPlan>>): string[] {
  return sortedEntries(pools).flatMap(([name, { page }]) => (page === undefined ? [] : pageRules(name, page)));
}

function pageRules(pool: string, page: MaintenancePage): string[] {
  const excepted = `excepted-${pool}`;
  const others = page.exceptFrom.length === 0 ? "" : ` !${excepted}`;
  return [
    ...addressList(excepted, page.exceptFrom),
    `  ${returnPage(pageOf(page))} if { var(txn.pool) -m str ${pool} }${others}`,
  ];
}
