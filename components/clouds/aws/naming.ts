import type { Place } from "../shared/place";

/** The tags of a resource; `Name` is what AWS's console shows. */
export function tagsOf({ name: dataCenter, site }: Place, name: string): Record<string, string> {
  return { Name: name, "evenkeel-site": site, "evenkeel-data-center": dataCenter };
}
