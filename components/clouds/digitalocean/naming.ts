import type { Place } from "../shared/place";

/** The tags by which a deployment's droplets are found and billed. */
export function tagsOf({ name: dataCenter, site }: Place): string[] {
  return [`evenkeel-site:${site}`, `evenkeel-data-center:${dataCenter}`];
}
