import * as pulumi from "@pulumi/pulumi";
import { maxConnections } from "../../haproxy/defaults";
import type { AccessSettings } from "../../model/network/access";
import { HEALTH_PORT, PEER_PORT, SITE_PORTS } from "../../model/network/balancer-ports";
import { type Catalogue, machineTypeOf, SIZE_NAMES } from "../../model/clouds/catalogue";
import { SSH_PORT } from "../../model/clouds/data-center";
import type { NodePlan, RemoteAccess } from "../../model/plan";
import type { BalancerRole } from "../../model/stack";
import type { SshKeyPair } from "../../resources/ssh-key-pair";
import { ROLLOUT_USER } from "../cloud-init/haproxy";
import type { Place } from "./place";

/** Folder of a balancer's configuration, sockets and state on its machine. */
export const NODE_DIRECTORY = "/var/lib/evenkeel";

/** Every address; a balancer's listeners are guarded by its cloud's firewall. */
const ANY = "0.0.0.0";
/** Memory that is reckoned with when a machine type does not tell its own, in MiB. */
const LEAST_MEMORY = 2048;

/** The IPv4 addresses of a machine itself. */
export interface MachineAddresses {
  /** The one in its network. */
  readonly private: pulumi.Input<string>;
  /** The one from outside. */
  readonly public: pulumi.Input<string>;
}

/** Who reaches a machine over SSH, and by which key. */
export interface MachineAccess {
  /** What the stack says of it. */
  readonly access: AccessSettings;
  /** The key of rollouts. */
  readonly rolloutKey: SshKeyPair;
  /** How often the machine's host key was renewed. */
  readonly rotation: number;
}

/**
 * How a machine is reached over SSH.
 *
 * @param hostKey The public host key that the machine was given.
 * @param access What the stack says of it.
 */
export function remoteAccess(
  addresses: MachineAddresses,
  hostKey: pulumi.Input<string>,
  { address, jump }: Pick<AccessSettings, "address" | "jump">,
): pulumi.Output<RemoteAccess> {
  const remote = { address: addresses[address], port: SSH_PORT, user: ROLLOUT_USER, hostKey };
  return pulumi.output(jump === undefined ? remote : { ...remote, jump });
}

/** What a rollout is told of a balancer's machine. */
export interface RemoteNodeArgs {
  readonly role: BalancerRole;
  /** Name of its data center. */
  readonly dataCenter: string;
  /** How it is reached over SSH. */
  readonly remote: pulumi.Input<RemoteAccess>;
  /** Whether it ends TLS of clients. @default false */
  readonly https?: boolean;
  /** Port of connections that it passes on to tcp pools. @default there is none */
  readonly passthrough?: number | undefined;
  /** Its memory in MiB, when that is known. */
  readonly memory?: number | undefined;
}

/** Most connections of clients that a balancer with so much memory, in MiB, can hold. */
export function connectionsOf(memory: number = LEAST_MEMORY): number {
  return maxConnections(Infinity, memory * 2 ** 20);
}

/** A balancer node on a machine of a cloud. */
export function remoteNode({ role, dataCenter, remote, memory, https, passthrough }: RemoteNodeArgs): pulumi.Output<NodePlan> {
  return pulumi.output({
    role,
    dataCenter,
    directory: NODE_DIRECTORY,
    site: { address: ANY, port: SITE_PORTS[0] },
    ...(https === true ? { https: { address: ANY, port: SITE_PORTS[1] } } : {}),
    ...(passthrough === undefined ? {} : { passthrough: { address: ANY, port: passthrough } }),
    ipv6: true,
    health: { address: ANY, port: HEALTH_PORT },
    // The primary is made last: it knows where the other one is, and calls.
    ...(role === "secondary" ? { calls: { address: ANY, port: PEER_PORT } } : {}),
    maxConnections: connectionsOf(memory),
    remote,
  });
}

/**
 * The machine type of a machine in a data center.
 *
 * @param machine Name of the machine, for messages.
 * @param catalogue What its cloud offers.
 * @throws pulumi.RunError when neither the data center nor its cloud has such a size.
 */
export function machineTypeIn({ name, settings }: Place, catalogue: Catalogue, machine: string, size: string): string {
  const { sizes = {} } = settings;
  const type = machineTypeOf(size, sizes, catalogue);
  if (type !== undefined) return type;
  const known = [...new Set([...SIZE_NAMES, ...Object.keys(sizes)])];
  throw new pulumi.RunError(`${machine}: its size is ${size}, but ${name} has these: ${known.join(", ")}`);
}
