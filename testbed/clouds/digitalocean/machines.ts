import { fingerprint } from "../../../components/model/name";
import { overlap, prefixLength } from "../addresses";
import { type CloudState, type Draft, type ResourceType, text, type Thing } from "../cloud";
import { without } from "../property-paths";
import { SSH_KEY } from "./account";

export const VPC = "digitalocean:index/vpc:Vpc";
export const DROPLET = "digitalocean:index/droplet:Droplet";
export const RESERVED_IP = "digitalocean:index/reservedIp:ReservedIp";
export const FIREWALL = "digitalocean:index/firewall:Firewall";
/** The most that user data may be, in bytes. */
const MAX_USER_DATA = 65_536;

/** Networks, droplets, and the addresses that stay when they go. */
export const MACHINES: Readonly<Record<string, ResourceType>> = {
  [VPC]: {
    autoName: "name",
    replaces: ["region", "ipRange"],
    id: ({ urn }, world) => uuid(urn, world),
    refuses: (draft, world) => {
      const range = text(draft.inputs, "ipRange");
      const others = world.all(VPC).filter((other) => other !== draft.before);
      if (others.some(({ inputs }) => inputs.name === draft.inputs.name)) return "422 a VPC with this name already exists";
      if (range === "") return undefined;
      if (prefixLength(range) < 16 || prefixLength(range) > 28) return `422 range size must be between 16 and 28: ${range}`;
      return others.some(({ outputs }) => overlap(text(outputs, "ipRange"), range))
        ? `422 This range/size overlaps with another VPC network in your account: ${range}`
        : undefined;
    },
    outputs: ({ id, urn, inputs }) => ({
      ipRange: inputs.ipRange ?? `10.${100 + (Number.parseInt(fingerprint(urn), 16) % 100)}.0.0/20`,
      vpcUrn: `do:vpc:${id}`,
      default: false,
    }),
  },
  [DROPLET]: {
    autoName: "name",
    // IPv6 can be switched on in place, and never off.
    replaces: (inputs, before) => [
      ...["image", "region", "sshKeys", "userData", "vpcUuid", "monitoring", "dropletAgent", "publicNetworking"],
      ...(before.ipv6 === true && inputs.ipv6 !== true ? ["ipv6"] : []),
    ],
    restarts: ["size"],
    refers: { vpcUuid: { to: VPC }, "sshKeys[]": { to: SSH_KEY, holds: false } },
    id: ({ urn }, world) => number(urn, world),
    invalid: ({ name }) =>
      typeof name === "string" && name.length > 255 ? `422 Name is too long (${name.length} of 255)` : undefined,
    refuses: ({ inputs }) => {
      const [name, userData] = [text(inputs, "name"), text(inputs, "userData")];
      if (!/^[a-zA-Z0-9.-]+$/.test(name))
        return `422 Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -): ${name}`;
      return Buffer.byteLength(userData) > MAX_USER_DATA
        ? `422 User data is too long (maximum is ${MAX_USER_DATA} bytes)`
        : undefined;
    },
    outputs: (thing, world) => ({
      ...{ dropletUrn: `do:droplet:${thing.id}`, status: "active", locked: false, vcpus: 1, memory: 1024, disk: 25 },
      ipv4Address: world.addresses.ipv4(thing),
      ipv4AddressPrivate: world.addresses.within(
        text(world.find(VPC, thing.inputs.vpcUuid)?.outputs ?? {}, "ipRange") || "10.10.0.0/16",
        thing,
      ),
      vpcUuid: thing.inputs.vpcUuid ?? `default-${thing.place}`,
      ...(thing.inputs.ipv6 === true ? { ipv6Address: world.addresses.ipv6(thing) } : {}),
    }),
    deleted: ({ id }, world) => {
      for (const address of world.all(RESERVED_IP)) if (text(address.outputs, "dropletId") === id) assign(address, undefined);
    },
  },
  [RESERVED_IP]: {
    replaces: ["region", "ipAddress"],
    refers: { dropletId: { to: DROPLET, holds: false } },
    knownAs: ["ipAddress"],
    // The address is its id too.
    id: ({ urn }, world) => world.addresses.ipv4({ urn, id: `address of ${world.newDigits(urn)}` }),
    refuses: (draft, world) => refusesAssignment(draft, draft.before, world),
    outputs: ({ id, inputs, before }) => ({
      ipAddress: id,
      reservedIpUrn: `do:reservedip:${id}`,
      ...(before?.outputs.dropletId === undefined ? {} : { dropletId: before.outputs.dropletId }),
      ...(inputs.dropletId === undefined ? {} : { dropletId: inputs.dropletId }),
    }),
  },
  "digitalocean:index/reservedIpAssignment:ReservedIpAssignment": {
    replaces: ["dropletId", "ipAddress"],
    refers: { dropletId: { to: DROPLET, holds: false }, ipAddress: { to: RESERVED_IP, holds: false } },
    id: ({ inputs, urn }, world) => `${text(inputs, "dropletId")}-${text(inputs, "ipAddress")}-${world.newDigits(urn)}`,
    refuses: (draft, world) => refusesAssignment(draft, world.find(RESERVED_IP, draft.inputs.ipAddress), world),
    // An address is on one droplet only: where it moves to another one, the assignment before is no more.
    settled: (thing, world) => {
      for (const other of world.others(thing, "ipAddress")) world.lose(other);
      const address = world.find(RESERVED_IP, thing.inputs.ipAddress);
      if (address !== undefined) assign(address, thing.inputs.dropletId);
    },
    deleted: ({ inputs }, world) => {
      const address = world.find(RESERVED_IP, inputs.ipAddress);
      if (address !== undefined && address.outputs.dropletId === inputs.dropletId) assign(address, undefined);
    },
  },
  [FIREWALL]: {
    autoName: "name",
    refers: { "dropletIds[]": { to: DROPLET, holds: false } },
    id: ({ urn }, world) => uuid(urn, world),
    refuses: (draft, world) => {
      const { name, inboundRules, outboundRules } = draft.inputs;
      if (world.others(draft, "name").length > 0) return `409 duplicate name: a firewall called ${String(name)} exists already`;
      return inboundRules === undefined && outboundRules === undefined ? "422 a firewall must have at least one rule" : undefined;
    },
    outputs: () => ({ status: "succeeded" }),
  },
};

/** The droplet that has an address, or that a reserved one leads to. */
export function machineAt(address: string, world: CloudState): Thing | undefined {
  const reserved = world.find(RESERVED_IP, address);
  return (
    world
      .all(DROPLET)
      .find(({ outputs: { ipv4Address, ipv4AddressPrivate } }) => [ipv4Address, ipv4AddressPrivate].includes(address)) ??
    world.find(DROPLET, reserved?.outputs.dropletId)
  );
}

/** Why a reserved address can't be on the droplet that the inputs name. */
function refusesAssignment({ inputs }: Draft, address: Thing | undefined, world: CloudState): string | undefined {
  const droplet = world.find(DROPLET, inputs.dropletId);
  if (droplet === undefined) return undefined;
  const other = world.all(RESERVED_IP).find(({ outputs }) => text(outputs, "dropletId") === droplet.id);
  if (other !== undefined && other.id !== address?.id)
    return `422 The droplet ${droplet.name} already has the reserved IP ${other.id}`;
  const region = address?.place ?? text(inputs, "region");
  return region === droplet.place
    ? undefined
    : `422 The reserved IP is in ${region}, the droplet ${droplet.name} in ${droplet.place}`;
}

function assign(address: Thing, dropletId: unknown): void {
  address.outputs = { ...without(address.outputs, "dropletId"), ...(dropletId === undefined ? {} : { dropletId }) };
}

function uuid(urn: string, world: CloudState): string {
  return world.newDigits(urn).replace(/^(.{8})(.{4})(.{4}).*/, "$1-$2-4$2-8$3-$1$3");
}

/** Droplets have numbers of nine digits. */
function number(urn: string, world: CloudState): string {
  return String(400_000_000 + (Number.parseInt(world.newDigits(urn).slice(0, 8), 16) % 100_000_000));
}
