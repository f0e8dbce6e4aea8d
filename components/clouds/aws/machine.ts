import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { MachineAddresses } from "../shared/machine";
import { optionsOf, type Place } from "../shared/place";
import type { Openings } from "./firewall";
import { tagsOf } from "./naming";
import type { Subnet } from "./network";

/** Size of a machine's disk in GiB: the system, and room for an app's images and logs. */
const DISK_GIB = 20;
/** The parts of a machine that AWS would stop it to change. */
const REPLACED_FOR = ["instanceType"];

/** One machine, besides what follows from its data center. */
export interface MachineArgs {
  /** Its machine type, in AWS's words. */
  readonly type: string;
  /** Its image. */
  readonly image: pulumi.Input<string>;
  /** The subnet that it is in. */
  readonly subnet: Subnet;
  /** What is open to it. */
  readonly openings: Openings;
  /** What must exist before it can reach anybody. */
  readonly outbound: readonly pulumi.Resource[];
  /** What cloud-init reads at its first start. */
  readonly userData: pulumi.Input<string>;
  /** How many IPv6 addresses it has. @default 0 */
  readonly ipv6AddressCount?: number;
}

/** One machine. Whatever would stop it replaces it, the new one first. */
export function machine(place: Place, name: string, args: MachineArgs, opts: pulumi.CustomResourceOptions): aws.ec2.Instance {
  const { type, image, subnet, openings, outbound, ...inputs } = args;
  const { settings } = place;
  const tags = tagsOf(place, name);
  return new aws.ec2.Instance(
    name,
    {
      region: settings.region,
      ami: image,
      instanceType: type,
      subnetId: subnet.id,
      vpcSecurityGroupIds: openings.groups.map(({ id }) => id),
      rootBlockDevice: { volumeType: "gp3", volumeSize: DISK_GIB, encrypted: true, tags },
      // A container is one hop further away, and so can't ask.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      userDataReplaceOnChange: true,
      tags,
      ...inputs,
    },
    optionsOf(place, opts, {
      // It installs what it needs as soon as it starts.
      dependsOn: [...subnet.ways, ...outbound],
      additionalSecretOutputs: ["userData"],
      replaceOnChanges: REPLACED_FOR,
      ignoreChanges: settings.image === undefined ? ["ami"] : [],
    }),
  );
}

/** The addresses of a machine itself; another machine has others. */
export function addressesOf({ publicIp, privateIp }: aws.ec2.Instance): MachineAddresses {
  return { public: publicIp, private: privateIp };
}
