import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { MachineAddresses } from "../shared/machine";
import { optionsOf, type Place } from "../shared/place";
import { bootDiskType } from "./catalogue";
import type { Openings } from "./firewall";
import { imageOf } from "./image";
import { labelsOf, resourceName } from "./naming";

/** Size of a machine's disk in GiB: the system, and room for an app's images and logs. Another image brings its own size. */
const DISK_GIB = 20;
/** Only the network of this tier has IPv6. */
export const NETWORK_TIER = "PREMIUM";
/** The parts of a machine that Google Cloud would stop it to change, or that a running machine would not take up. */
const REPLACED_FOR = ["bootDisk", "machineType", "metadata", "networkInterfaces", "shieldedInstanceConfig"];

/** One machine, besides what follows from its data center. */
export interface MachineArgs {
  /** Its machine type, in Google Cloud's words. */
  readonly type: string;
  /** The zone that it is in. */
  readonly zone: string;
  /** Identity of its subnetwork. */
  readonly subnetwork: pulumi.Input<string>;
  /** What is open to it. */
  readonly openings: Openings;
  /** What cloud-init reads at its first start. */
  readonly userData: pulumi.Input<string>;
}

/** One machine. Whatever would stop it replaces it, the new one first. */
export function machine(place: Place, name: string, args: MachineArgs, opts: pulumi.CustomResourceOptions): gcp.compute.Instance {
  const { type, zone, subnetwork, openings, userData } = args;
  const labels = labelsOf(place, name);
  const isUbuntu = place.settings.image === undefined;
  return new gcp.compute.Instance(
    resourceName(name),
    {
      zone,
      machineType: type,
      labels,
      tags: [openings.tag],
      bootDisk: {
        initializeParams: {
          image: imageOf(place),
          type: bootDiskType(type),
          labels,
          ...(isUbuntu ? { size: DISK_GIB } : {}),
        },
      },
      networkInterfaces: [
        {
          subnetwork,
          stackType: "IPV4_IPV6",
          accessConfigs: [{ networkTier: NETWORK_TIER }],
          ipv6AccessConfigs: [{ networkTier: NETWORK_TIER }],
        },
      ],
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
      // No service account: whoever takes the app over finds no token that opens the project.
      metadata: { "user-data": userData, "block-project-ssh-keys": "true", "serial-port-enable": "false" },
    },
    optionsOf(place, opts, {
      // A refresh reads the user data, and must not keep in clear what was given as a secret.
      additionalSecretOutputs: ["metadata"],
      replaceOnChanges: REPLACED_FOR,
      // A refresh would find the image that the family stood for; the machine must not be replaced for a newer one.
      ignoreChanges: isUbuntu ? ["bootDisk.initializeParams.image"] : [],
    }),
  );
}

/** The addresses of a machine itself; another machine has others. */
export function addressesOf(instance: gcp.compute.Instance): {
  readonly [Kind in keyof MachineAddresses]: pulumi.Output<string>;
} {
  const interfaces = pulumi.all([instance.id, instance.networkInterfaces]);
  return {
    private: interfaces.apply(([id, [first]]) => first?.networkIp ?? missing(id, "internal")),
    public: interfaces.apply(([id, [first]]) => first?.accessConfigs?.[0]?.natIp ?? missing(id, "external")),
  };
}

function missing(machine: string, which: "external" | "internal"): never {
  throw new pulumi.RunError(`Google Cloud gave ${machine} no ${which} IPv4 address`);
}
