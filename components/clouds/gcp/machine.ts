import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { bootDiskType } from "./catalogue";
import { labelsOf, resourceName } from "./naming";

/** Ubuntu 24.04; Google Cloud takes the family's newest image when a machine is made. */
const UBUNTU = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64";
/** Space for the system, and for container images and logs besides. Another image brings its own size. */
const DISK_GIB = 20;
/** Only the network of this tier has IPv6. */
const NETWORK_TIER = "PREMIUM";
/** The parts of a machine that Google Cloud would change by stopping it, or that a running machine would not take up. */
const REPLACED_FOR = ["bootDisk", "machineType", "metadata", "networkInterfaces", "shieldedInstanceConfig"];
/** Every port, so that the rule never has to be replaced for another one, which would need the address to be free; the firewall says which are open. */
const ALL_PORTS = "1-65535";

/** What a machine is made from. */
export interface MachineArgs {
  /** Name of the site. */
  readonly site: string;
  /** Name of its data center. */
  readonly dataCenter: string;
  /** The zone that it stands in. */
  readonly zone: string;
  /** The machine type. */
  readonly machineType: string;
  /** The image, as Google Cloud names it. @default Ubuntu 24.04 as it is when the machine is made */
  readonly image: string | undefined;
  /** Identity of its subnetwork. */
  readonly subnetwork: pulumi.Input<string>;
  /** Its network tag. */
  readonly tag: string;
  /** What cloud-init reads. */
  readonly userData: pulumi.Input<string>;
}

/** Where clients find a balancer. */
export interface FrontDoorArgs {
  /** Name of the site. */
  readonly site: string;
  /** Name of its data center. */
  readonly dataCenter: string;
  /** The region. */
  readonly region: string;
  /** Identity of the balancer's subnetwork, from which its IPv6 address comes. */
  readonly subnetwork: pulumi.Input<string>;
  /** The balancer's machine. */
  readonly machine: gcp.compute.Instance;
}

/** Addresses that outlive a machine, each leading to it. */
export interface FrontDoor {
  readonly ipv4: pulumi.Output<string>;
  readonly ipv6: pulumi.Output<string>;
}

/** One machine. Whatever would stop it replaces it, the new one first. */
export function machine(name: string, args: MachineArgs, opts: pulumi.CustomResourceOptions): gcp.compute.Instance {
  const { site, dataCenter, zone, machineType, image, subnetwork, tag, userData } = args;
  const labels = labelsOf(site, dataCenter, name);
  // A refresh would find the image that the family stood for; the machine must not be replaced for a newer one.
  const fixed = image === undefined ? ["bootDisk.initializeParams.image"] : [];
  return new gcp.compute.Instance(
    resourceName(name),
    {
      zone,
      machineType,
      labels,
      tags: [tag],
      bootDisk: {
        initializeParams: {
          image: image ?? UBUNTU,
          type: bootDiskType(machineType),
          labels,
          ...(image === undefined ? { size: DISK_GIB } : {}),
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
    {
      ...opts,
      // A refresh reads the user data, and must not keep in clear what was given as a secret.
      additionalSecretOutputs: ["metadata"],
      ignoreChanges: [...(opts.ignoreChanges ?? []), ...fixed],
      replaceOnChanges: [...(opts.replaceOnChanges ?? []), ...REPLACED_FOR],
    },
  );
}

/** The IPv4 address that a machine sends from, and that is its own: another machine has another one. */
export function ownAddress(instance: gcp.compute.Instance): pulumi.Output<string> {
  return pulumi.all([instance.id, instance.networkInterfaces]).apply(([id, interfaces]) => {
    const address = interfaces[0]?.accessConfigs?.[0]?.natIp;
    return address ?? missing(id, "external");
  });
}

/** The IPv4 address of a machine in its network. */
export function privateAddress(instance: gcp.compute.Instance): pulumi.Output<string> {
  return pulumi
    .all([instance.id, instance.networkInterfaces])
    .apply(([id, interfaces]) => interfaces[0]?.networkIp ?? missing(id, "internal"));
}

/**
 * Static addresses that lead to a balancer's machine by protocol forwarding. When the machine is replaced, the new one stands
 * before the rules lead to it, and the old one goes last; docs/decisions says why the addresses are not the machine's own.
 */
export function frontDoor(name: string, args: FrontDoorArgs, opts: pulumi.CustomResourceOptions): FrontDoor {
  const { site, dataCenter, region, subnetwork, machine } = args;
  const target = new gcp.compute.TargetInstance(resourceName(name), { zone: machine.zone, instance: machine.selfLink }, opts);
  const rule = {
    region,
    loadBalancingScheme: "EXTERNAL",
    networkTier: NETWORK_TIER,
    ipProtocol: "TCP",
    portRange: ALL_PORTS,
    target: target.selfLink,
  };
  const address = { region, addressType: "EXTERNAL", networkTier: NETWORK_TIER };

  const labels = labelsOf(site, dataCenter, name);
  const ipv4 = new gcp.compute.Address(resourceName(name), { ...address, labels }, opts);
  const rule4 = new gcp.compute.ForwardingRule(resourceName(name), { ...rule, ipAddress: ipv4.address, labels }, opts);

  const name6 = `${name}-ipv6`;
  const labels6 = labelsOf(site, dataCenter, name6);
  const ipv6 = new gcp.compute.Address(
    resourceName(name6),
    { ...address, ipVersion: "IPV6", ipv6EndpointType: "NETLB", subnetwork, labels: labels6 },
    opts,
  );
  const rule6 = new gcp.compute.ForwardingRule(
    resourceName(name6),
    // By number the rule would want the range that the address is the first of.
    { ...rule, ipVersion: "IPV6", subnetwork, ipAddress: ipv6.id, labels: labels6 },
    opts,
  );
  return { ipv4: when(rule4, ipv4.address), ipv6: when(rule6, ipv6.address) };
}

function missing(machine: string, which: "external" | "internal"): never {
  throw new pulumi.RunError(`Google Cloud gave ${machine} no ${which} IPv4 address`);
}

/** An address, known when its rule stands. */
function when(rule: gcp.compute.ForwardingRule, address: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.all([address, rule.id]).apply(([known]) => known);
}
