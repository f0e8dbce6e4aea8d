import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import type { MachineAddresses } from "../shared/machine";
import { optionsOf, type Place } from "../shared/place";
import type { Openings } from "./firewall";
import { imageOf } from "./image";
import { tagsOf } from "./naming";

/** The parts of a droplet that DigitalOcean would shut it down to change. */
const REPLACED_FOR = ["size"];

/** One droplet, besides what follows from its data center. */
export interface MachineArgs {
  /** Its machine type, in DigitalOcean's words. */
  readonly type: string;
  /** Id of its VPC. */
  readonly vpcId: pulumi.Input<string>;
  /** The key that DigitalOcean gives root. */
  readonly rootKey: digitalocean.SshKey;
  /** What is open to it. */
  readonly openings: Openings;
  /** What cloud-init reads at its first start. */
  readonly userData: pulumi.Input<string>;
  /** Whether it has an IPv6 address. */
  readonly ipv6: boolean;
}

/** One droplet. Whatever would shut it down replaces it, the new one first. */
export function machine(place: Place, name: string, args: MachineArgs, opts: pulumi.CustomResourceOptions): digitalocean.Droplet {
  const { type, vpcId, rootKey, openings, userData, ipv6 } = args;
  const { settings } = place;
  return new digitalocean.Droplet(
    name,
    {
      region: settings.region,
      size: type,
      image: imageOf(place),
      vpcUuid: vpcId,
      sshKeys: [rootKey.id],
      userData,
      tags: [openings.tag.name, ...tagsOf(place)],
      ipv6,
      // The one agent asks the metadata service, which is closed to its user; the other lets the console in by SSH, which is
      // closed to DigitalOcean's own addresses.
      monitoring: false,
      dropletAgent: false,
    },
    optionsOf(place, opts, {
      dependsOn: [openings.base],
      additionalSecretOutputs: ["userData"],
      replaceOnChanges: REPLACED_FOR,
      ignoreChanges: settings.image === undefined ? ["image"] : [],
    }),
  );
}

/** The addresses of a droplet itself; another droplet has others. */
export function addressesOf({ ipv4Address, ipv4AddressPrivate }: digitalocean.Droplet): {
  readonly [Kind in keyof MachineAddresses]: pulumi.Output<string>;
} {
  return { public: ipv4Address, private: ipv4AddressPrivate };
}
