/** What the name of a pool's second backend ends with. */
export const CHECKED = ".checked";
/** What a backend with all of a pool's servers, whatever their checks say, ends with. */
export const ALL = ".all";
/** What the table of a pool's outliers ends with; it has no servers. */
export const OUTLIERS = ".outliers";
/** What stands between a pool and the data center whose servers a backend leaves out. */
export const WITHOUT = ".without-";

/** The backends of a pool: requests go to the first, unless refusals took out more than half of the servers that pass their checks. */
export function backendsOf(pool: string): { readonly main: string; readonly checkedOnly: string } {
  return { main: pool, checkedOnly: `${pool}${CHECKED}` };
}

/** Whether a backend is one of a pool's, those that are used only in trouble too. No pool has a dot in its name. */
export function isBackendOf(pool: string, backend: string): boolean {
  return backend === pool || backend.startsWith(`${pool}.`);
}
