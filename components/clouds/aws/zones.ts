import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isFrozen } from "../../model/clouds/data-center";
import type { Place } from "../shared/place";
import { catalogue } from "./catalogue";

/** The parts of the network for zones that are not named; that of a named one follows from its letter. */
const UNNAMED = [6, 7];

/** A zone of a data center, which has a subnet of its own. */
export interface Zone {
  /** What tells it apart in names. */
  readonly label: string;
  readonly zone: pulumi.Input<string>;
  /** Its part of the network, which no other zone ever has. */
  readonly part: number;
  /** What stays as it was when the subnet was made. */
  readonly ignoreChanges: string[];
}

/**
 * The zones of a data center, in the order of the stack: those that it names, or two.
 *
 * @param parent Of what is asked of AWS.
 * @throws pulumi.RunError when the stack names a zone of another region.
 */
export function zonesOf(place: Place, parent: pulumi.Resource): Zone[] {
  const { name, settings } = place;
  const { region, zones } = settings;
  const known = catalogue.zonesOf(region);
  if (zones === undefined) {
    // AWS may have another first zone tomorrow, and nothing may move for that.
    const ignoreChanges = ["availabilityZone"];
    const names = isFrozen(settings) ? pulumi.output([...known]) : availableZones(region, parent);
    return UNNAMED.map((part, i) => ({
      label: String(i + 1),
      zone: names.apply((all) => all[i % all.length] ?? ""),
      part,
      ignoreChanges,
    }));
  }
  return zones.map((zone) => {
    const part = known.indexOf(zone);
    if (part === -1) throw new pulumi.RunError(`${name}: ${zone} is not a zone of ${region}, such as ${known.join(", ")}`);
    return { label: zone, zone, part, ignoreChanges: [] };
  });
}

/** The zones of a region that everybody may use, by name. */
function availableZones(region: string, parent: pulumi.Resource): pulumi.Output<string[]> {
  const filters = [
    { name: "opt-in-status", values: ["opt-in-not-required"] },
    { name: "zone-type", values: ["availability-zone"] },
  ];
  return aws
    .getAvailabilityZonesOutput({ region, state: "available", filters }, { parent })
    .names.apply((names) => names.toSorted());
}
