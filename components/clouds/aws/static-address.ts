import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { optionsOf, type Place } from "../shared/place";
import { tagsOf } from "./naming";

/** An IPv4 address that outlives the machine that it leads to. */
export function staticAddress(place: Place, name: string, opts: pulumi.CustomResourceOptions): aws.ec2.Eip {
  const { region } = place.settings;
  return new aws.ec2.Eip(name, { region, domain: "vpc", tags: tagsOf(place, name) }, optionsOf(place, opts));
}

/**
 * Leads a static address to a machine. The association of a new machine is created before that of the old one is deleted, and takes the
 * address over.
 *
 * @param rules What must exist before the machine can be reached.
 */
export function associate(
  place: Place,
  name: string,
  { address, machine, rules }: { address: aws.ec2.Eip; machine: aws.ec2.Instance; rules: readonly pulumi.Resource[] },
  opts: pulumi.CustomResourceOptions,
): aws.ec2.EipAssociation {
  const { region } = place.settings;
  return new aws.ec2.EipAssociation(
    name,
    { region, allocationId: address.id, instanceId: machine.id },
    optionsOf(place, opts, { dependsOn: [...rules] }),
  );
}
