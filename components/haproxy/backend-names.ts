/** What the name of a pool's second backend ends with. */
export const CHECKED = ".checked";

/** The backends of a pool: requests go to the first, unless refusals took out more than half of the servers that pass their checks. */
export function backendsOf(pool: string): { readonly main: string; readonly checkedOnly: string } {
  return { main: pool, checkedOnly: `${pool}${CHECKED}` };
}
