import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import { optionsOf, type Place } from "../shared/place";

/** An IPv4 address that outlives the droplet that it leads to. */
export interface StaticAddress {
  readonly ipv4: pulumi.Output<string>;
  /** What leads it there. */
  readonly assignment: digitalocean.ReservedIpAssignment;
}

/**
 * A static address that leads to a droplet.
 *
 * Another droplet makes another assignment, and the engine makes it before it deletes the old one. That is right, and
 * deleteBeforeReplace would be wrong: making it moves the address in one step, and deleting the old one first looks whose the address
 * is, and leaves it alone when that is not its own droplet (terraform-provider-digitalocean, resource_reserved_ip_assignment.go, since
 * its pull request 149). Deleted first, the address would be nobody's for as long as both take, 20 seconds at least. As `dropletId` of
 * the address it would move in one step too, but a refresh would not see that an address is nobody's, so no `up` would repair it.
 */
export function staticAddress(
  place: Place,
  name: string,
  { machine }: { machine: digitalocean.Droplet },
  opts: pulumi.CustomResourceOptions,
): StaticAddress {
  const options = optionsOf(place, opts);
  const address = new digitalocean.ReservedIp(name, { region: place.settings.region }, options);
  const assignment = new digitalocean.ReservedIpAssignment(
    name,
    { ipAddress: address.ipAddress, dropletId: machine.id.apply(Number) },
    options,
  );
  return { ipv4: address.ipAddress, assignment };
}
