import type { Properties } from "../../../provider/resource";
import { type CloudState, type Draft, list, type ResourceType, text, type Thing } from "../cloud";
import { valuesAt } from "../property-paths";
import { ADDRESS, compute, INSTANCE, NETWORK, SUBNETWORK } from "./compute";

export const TARGET_INSTANCE = "gcp:compute/targetInstance:TargetInstance";
export const FORWARDING_RULE = "gcp:compute/forwardingRule:ForwardingRule";
const NAT_IP = "networkInterfaces[].accessConfigs[].natIp";
const NETWORK_IP = "networkInterfaces[].networkIp";
/** What an instance can't change while it runs. */
const STOPS = [
  ...["machineType", "minCpuPlatform", "serviceAccount", "enableDisplay", "shieldedInstanceConfig", "advancedMachineFeatures"],
  ...["networkInterfaces[].network", "networkInterfaces[].subnetwork", "networkInterfaces[].subnetworkProject"],
];

/** Instances, and the addresses that stay when they go. */
export const MACHINES: Readonly<Record<string, ResourceType>> = {
  [ADDRESS]: compute("addresses", "region", {
    replaces: [
      ...[
        "address",
        "addressType",
        "description",
        "ipVersion",
        "network",
        "networkTier",
        "prefixLength",
        "purpose",
        "subnetwork",
      ],
      ...["ipCollection", "ipv6EndpointType"],
    ],
    knownAs: ["address"],
    outputs: (thing, { addresses }) => ({
      address: thing.inputs.address ?? (thing.inputs.ipVersion === "IPV6" ? addresses.ipv6(thing) : addresses.ipv4(thing)),
      addressType: thing.inputs.addressType ?? "EXTERNAL",
      networkTier: thing.inputs.networkTier ?? "PREMIUM",
      users: [],
    }),
  }),
  [INSTANCE]: compute("instances", "zone", {
    replaces: [
      ...["bootDisk", "metadataStartupScript", "description", "hostname", "guestAccelerators", "scratchDisks", "params"],
      ...["confidentialInstanceConfig", "networkPerformanceConfig", "reservationAffinity", "networkInterfaces[].nicType"],
      ...["networkInterfaces[].queueCount", "networkInterfaces[].networkIp"],
    ],
    restarts: STOPS,
    ineffective: ["metadata"],
    refers: {
      "networkInterfaces[].network": { to: NETWORK },
      "networkInterfaces[].subnetwork": { to: SUBNETWORK },
      [NAT_IP]: { to: ADDRESS },
    },
    refuses: (draft, world) => {
      for (const address of valuesAt(draft.inputs, NAT_IP)) {
        const user = userOf(address, draft, world);
        if (user !== undefined) return `External IP address: ${String(address)} is already in-use by ${user.name}.`;
      }
      return undefined;
    },
    refusesRestart: ({ allowStoppingForUpdate }) =>
      allowStoppingForUpdate === true
        ? undefined
        : "Changing the machine_type, min_cpu_platform, service_account, enable_display, shielded_instance_config, " +
          "scheduling.node_affinities or network_interface.[#d].(network/subnetwork/subnetwork_project) or " +
          "advanced_machine_features on a started instance requires stopping it. To acknowledge this, please set " +
          "allow_stopping_for_update = true in your config.",
    refusesDelete: ({ id, inputs }) =>
      inputs.deletionProtection === true
        ? `Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion': ${id}`
        : undefined,
    outputs: (thing, world) => ({
      instanceId: String(Number.parseInt(thing.id.replaceAll(/\W/g, "").slice(-6), 36)),
      currentStatus: "RUNNING",
      networkInterfaces: list(thing.inputs, "networkInterfaces").map((nic) => networkInterface(nic, thing, world)),
    }),
  }),
  [TARGET_INSTANCE]: compute("targetInstances", "zone", {
    replaces: ["instance", "natPolicy", "network", "description"],
    refers: { instance: { to: INSTANCE, holds: false } },
  }),
  [FORWARDING_RULE]: compute("forwardingRules", "region", {
    replaces: [
      ...[
        "ipAddress",
        "ipProtocol",
        "ipVersion",
        "portRange",
        "ports",
        "allPorts",
        "loadBalancingScheme",
        "network",
        "subnetwork",
      ],
      ...["backendService", "networkTier", "description", "sourceIpRanges", "serviceLabel"],
    ],
    refers: { target: { to: TARGET_INSTANCE }, ipAddress: { to: ADDRESS } },
    refuses: (draft, world) => {
      const address = world.find(ADDRESS, draft.inputs.ipAddress, draft.place)?.outputs.address;
      const user = address === undefined ? undefined : userOf(address, draft, world);
      if (user?.type === INSTANCE) return `Specified IP address is in-use: ${String(address)} by ${user.name}.`;
      const twin = world
        .others(draft, "ipProtocol", "portRange")
        .some(({ outputs }) => address !== undefined && outputs.ipAddress === address);
      return twin ? `Specified IP address ${String(address)} with the same port range is in-use.` : undefined;
    },
    outputs: (thing, world) => ({
      ipAddress: world.find(ADDRESS, thing.inputs.ipAddress, thing.place)?.outputs.address ?? world.addresses.ipv4(thing),
      loadBalancingScheme: thing.inputs.loadBalancingScheme ?? "EXTERNAL",
      ipProtocol: thing.inputs.ipProtocol ?? "TCP",
    }),
  }),
};

function networkInterface(nic: Properties, thing: Draft & { id: string }, world: CloudState): Properties {
  const subnet = world.find(SUBNETWORK, nic.subnetwork, thing.place);
  const network = world.find(NETWORK, nic.network ?? subnet?.inputs.network);
  const isDual = nic.stackType === "IPV4_IPV6";
  const prefix = text(subnet?.outputs ?? {}, "externalIpv6Prefix");
  return {
    ...nic,
    name: "nic0",
    network: network?.outputs.selfLink ?? nic.network,
    subnetwork: subnet?.outputs.selfLink ?? nic.subnetwork,
    networkIp: nic.networkIp ?? world.addresses.within(text(subnet?.inputs ?? {}, "ipCidrRange") || "10.128.0.0/20", thing),
    accessConfigs: list(nic, "accessConfigs").map((config) => ({
      ...config,
      natIp: config.natIp ?? world.addresses.ipv4(thing),
      networkTier: config.networkTier ?? "PREMIUM",
    })),
    ...(isDual
      ? {
          ipv6AccessConfigs: list(nic, "ipv6AccessConfigs").map((config) => ({
            ...config,
            externalIpv6: world.addresses.ipv6(thing, prefix),
            externalIpv6PrefixLength: "96",
          })),
        }
      : {}),
  };
}

/** The instance that has an address, or that a forwarding rule leads to. */
export function machineAt(address: string, world: CloudState): Thing | undefined {
  const rule = world.all(FORWARDING_RULE).find(({ outputs }) => outputs.ipAddress === address);
  const target = world.find(TARGET_INSTANCE, rule?.inputs.target, rule?.place);
  return (
    world.all(INSTANCE).find(({ outputs }) => [NAT_IP, NETWORK_IP].some((at) => valuesAt(outputs, at).includes(address))) ??
    world.find(INSTANCE, target?.inputs.instance, target?.place)
  );
}

/** What else has an address now. */
function userOf(address: unknown, draft: Draft, world: CloudState): Thing | undefined {
  return (
    world.all(INSTANCE).find((other) => other !== draft.before && valuesAt(other.outputs, NAT_IP).includes(address)) ??
    world.all(FORWARDING_RULE).find((other) => other !== draft.before && other.outputs.ipAddress === address)
  );
}
