import { type CloudState, type ResourceType, text, type Thing } from "../cloud";
import { ec2, GROUP, INSTANCE, KEY_PAIR, SUBNET } from "./ec2";

const EIP = "aws:ec2/eip:Eip";
/** The most that user data may be, in bytes. */
const MAX_USER_DATA = 16_384;
const USER_DATA = ["userData", "userDataBase64"];
/** The network of instances that name no subnet. */
const DEFAULT_NETWORK = "172.31.0.0/16";

const REPLACES_INSTANCE = [
  ...["ami", "subnetId", "availabilityZone", "associatePublicIpAddress", "keyName", "privateIp", "securityGroups", "tenancy"],
  ...["ipv6AddressCount", "ipv6Addresses", "networkInterfaces", "ebsBlockDevices", "ephemeralBlockDevices", "ebsOptimized"],
  ...["hibernation", "hostId", "placementGroup", "cpuOptions", "enclaveOptions", "launchTemplate", "privateDnsNameOptions"],
  ...["rootBlockDevice.encrypted", "rootBlockDevice.kmsKeyId", "instanceMarketOptions", "primaryNetworkInterface"],
];

/** Instances and their addresses. */
export const MACHINES: Readonly<Record<string, ResourceType>> = {
  [INSTANCE]: ec2("i", {
    replaces: ({ userDataReplaceOnChange }) => [...REPLACES_INSTANCE, ...(userDataReplaceOnChange === true ? USER_DATA : [])],
    restarts: ["instanceType", ...USER_DATA],
    refers: {
      subnetId: { to: SUBNET },
      "vpcSecurityGroupIds[]": { to: GROUP },
      keyName: { to: KEY_PAIR, holds: false },
    },
    invalid: ({ userData }) =>
      typeof userData === "string" && Buffer.byteLength(userData) > MAX_USER_DATA
        ? `expected length of user_data to be in the range (0 - ${MAX_USER_DATA}), got ${Buffer.byteLength(userData)}`
        : undefined,
    refuses: ({ place, inputs }, world) => {
      const ami = text(inputs, "ami");
      if (world.images.get(ami) !== place) return `InvalidAMIID.NotFound: The image id '[${ami}]' does not exist`;
      const network = world.find(SUBNET, inputs.subnetId, place)?.inputs.vpcId;
      const groups = Array.isArray(inputs.vpcSecurityGroupIds) ? (inputs.vpcSecurityGroupIds as unknown[]) : [];
      if (network !== undefined && groups.some((id) => world.find(GROUP, id, place)?.inputs.vpcId !== network))
        return "InvalidParameter: Security group and subnet belong to different networks.";
      return undefined;
    },
    refusesDelete: ({ inputs }) =>
      inputs.disableApiTermination === true ? "OperationNotPermitted: The instance may not be terminated." : undefined,
    outputs: (thing, world) => {
      const { inputs, id, place } = thing;
      const subnet = world.find(SUBNET, inputs.subnetId, place);
      const isPublic = inputs.associatePublicIpAddress ?? subnet?.outputs.mapPublicIpOnLaunch ?? true;
      const elastic = world.all(EIP).find(({ outputs }) => outputs.instance === id);
      const ownIp = isPublic === true ? world.addresses.ipv4(thing) : "";
      const network = text(subnet?.inputs ?? {}, "cidrBlock") || DEFAULT_NETWORK;
      const ipv6 = text(subnet?.inputs ?? {}, "ipv6CidrBlock");
      return {
        associatePublicIpAddress: isPublic,
        availabilityZone: subnet?.outputs.availabilityZone ?? inputs.availabilityZone ?? `${place}a`,
        instanceState: "running",
        primaryNetworkInterfaceId: id.replace("i-", "eni-"),
        privateIp: inputs.privateIp ?? world.addresses.within(network, thing),
        publicIp: elastic?.outputs.publicIp ?? ownIp,
        ...(ipv6 !== "" && inputs.ipv6AddressCount === 1 ? { ipv6Addresses: [world.addresses.ipv6(thing, ipv6)] } : {}),
      };
    },
  }),
  [EIP]: ec2("eipalloc", {
    replaces: ["address", "domain", "publicIpv4Pool", "networkBorderGroup", "customerOwnedIpv4Pool", "ipamPoolId"],
    refers: { instance: { to: INSTANCE, holds: false } },
    knownAs: ["publicIp"],
    outputs: (thing, { addresses }) => ({
      allocationId: thing.id,
      publicIp: addresses.ipv4(thing),
      domain: "vpc",
      instance: thing.before?.outputs.instance ?? "",
    }),
    settled: (thing, world) => {
      if (thing.inputs.instance !== undefined) associate(thing, text(thing.inputs, "instance"), world);
    },
    deleted: (thing, world) => associate(thing, "", world),
  }),
  "aws:ec2/eipAssociation:EipAssociation": ec2("eipassoc", {
    replaces: ["allocationId", "allowReassociation", "instanceId", "networkInterfaceId", "privateIpAddress", "publicIp"],
    refers: { allocationId: { to: EIP }, instanceId: { to: INSTANCE, holds: false } },
    refuses: ({ place, inputs }, world) => {
      const holder = text(world.find(EIP, inputs.allocationId, place)?.outputs ?? {}, "instance");
      if (inputs.allowReassociation === false && holder !== "" && holder !== inputs.instanceId)
        return `Resource.AlreadyAssociated: ${text(inputs, "allocationId")} is already associated with ${holder}`;
      const other = world
        .all(EIP)
        .find(({ id, outputs }) => outputs.instance === inputs.instanceId && id !== inputs.allocationId);
      return other === undefined
        ? undefined
        : `Resource.AlreadyAssociated: ${text(inputs, "instanceId")} is already associated with ${other.id}`;
    },
    outputs: ({ place, inputs }, world) => ({ publicIp: world.find(EIP, inputs.allocationId, place)?.outputs.publicIp }),
    // An address is on one machine only: where it moves to another one, the association before is no more.
    settled: (thing, world) => {
      for (const other of world.others(thing, "allocationId")) world.lose(other);
      const address = world.find(EIP, thing.inputs.allocationId, thing.place);
      if (address !== undefined) associate(address, text(thing.inputs, "instanceId"), world);
    },
    deleted: ({ place, inputs }, world) => {
      const address = world.find(EIP, inputs.allocationId, place);
      if (address !== undefined && address.outputs.instance === inputs.instanceId) associate(address, "", world);
    },
  }),
};

/** Puts an address on an instance, or takes it off. */
function associate(address: Thing, instance: string, world: CloudState): void {
  const before = world.find(INSTANCE, address.outputs.instance, address.place);
  const now = world.find(INSTANCE, instance, address.place);
  address.outputs = { ...address.outputs, instance };
  if (before !== undefined) {
    const isPublic = before.outputs.associatePublicIpAddress === true;
    seen(before, isPublic, isPublic ? world.addresses.ipv4(before) : "");
  }
  if (now !== undefined) seen(now, true, address.outputs.publicIp);
}

/** Has the provider find an address. Where the program has said whether there shall be one, it takes any for an answer. */
function seen(instance: Thing, isPublic: boolean, publicIp: unknown): void {
  instance.outputs = { ...instance.outputs, publicIp };
  if (instance.inputs.associatePublicIpAddress !== undefined)
    instance.inputs = { ...instance.inputs, associatePublicIpAddress: isPublic };
}
