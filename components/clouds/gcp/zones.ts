import * as pulumi from "@pulumi/pulumi";
import type { Place } from "../shared/place";
import { catalogue } from "./catalogue";

/** Zones that machines are spread over unless the stack names some. */
const ZONES = 2;

/**
 * The zone of a machine by its number, from 1: the zones that the stack names, or two of its region, take turns.
 *
 * @throws pulumi.RunError when the region is not known.
 */
export function zoneOf({ name, settings }: Place, ordinal: number): string {
  const zones = settings.zones ?? catalogue.zonesOf(settings.region).slice(0, ZONES);
  const zone = zones[(ordinal - 1) % zones.length];
  if (zone === undefined) throw new pulumi.RunError(`${name}: Google Cloud has no region ${settings.region}`);
  return zone;
}
