import * as pulumi from "@pulumi/pulumi";
import { type CloudSettings, isFrozen } from "../../model/clouds/data-center";
import { keptWhile } from "../shared/frozen";

/** Where a resource stands, and for whom: what every resource of a data center is told besides its own. */
export interface Place {
  /** Name of the data center. */
  readonly name: string;
  /** Name of the site. */
  readonly site: string;
  /** What the stack says of the data center. */
  readonly settings: CloudSettings;
}

/** The tags of a resource; `Name` is what AWS's console shows. */
export function tagsOf({ name: dataCenter, site }: Place, name: string): Record<string, string> {
  return { Name: name, "evenkeel-site": site, "evenkeel-data-center": dataCenter };
}

/** Options of a resource of a data center: the caller's own and further ones, and with a frozen data center all inputs as the state has them. */
export function optionsOf(
  place: Place,
  opts: pulumi.CustomResourceOptions,
  further: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  const merged = pulumi.mergeOptions(opts, further);
  return keptWhile(isFrozen(place.settings), merged);
}
