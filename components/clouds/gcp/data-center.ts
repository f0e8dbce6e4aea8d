import * as pulumi from "@pulumi/pulumi";
import type {
  BalancerNode,
  BalancerNodeArgs,
  DataCenter,
  OpenArgs,
  OpenDataCenter,
  Peer,
  WebServer,
  WebServerArgs,
} from "../../data-center";
import { type CloudSettings, type DataCenterSettings, isFrozen } from "../../model/clouds/data-center";
import { networkOf } from "../../model/network/network";
import { SshKeyPair } from "../../resources/ssh-key-pair";
import { balancerUserData } from "../cloud-init/balancer";
import { connectionsOf, machineTypeIn, NODE_DIRECTORY, remoteAccess, remoteNode } from "../shared/machine";
import { ServerAccess, tlsPortOf } from "../shared/server-access";
import { catalogue } from "./catalogue";
import { GUEST_AGENT } from "./guest-agent";
import { frontDoor, machine, type MachineArgs, ownAddress, privateAddress } from "./machine";
import { Network } from "./network";

/** Zones that machines are spread over unless the stack names some. */
const ZONES = 2;

/**
 * A region of Google Cloud. The project and the credentials are the stack's: `gcp:project`, or what gcloud is logged in with.
 *
 * @example
 * const iowa = new GcpDataCenter("iowa", { region: "us-central1" });
 */
export class GcpDataCenter implements DataCenter {
  readonly settings: DataCenterSettings & { readonly region: string };
  readonly catalogue = catalogue;
  private isOpen = false;

  /** @param name Its name in the stack. */
  constructor(
    readonly name: string,
    settings: CloudSettings,
  ) {
    this.settings = { provider: "gcp", ...settings };
  }

  /** @throws pulumi.RunError when it is open already: two deployments in one place would be one another's. */
  open(args: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter {
    if (this.isOpen)
      throw new pulumi.RunError(
        `${this.name} is the data center of another deployment already; give each its own, by another name`,
      );
    this.isOpen = true;
    return new OpenGcpDataCenter(this.name, this.settings, args, opts);
  }
}

class OpenGcpDataCenter implements OpenDataCenter {
  readonly tlsPort: number | undefined;
  /** The key by which certificates are brought to the web servers. */
  private serverKeyPair: SshKeyPair | undefined;
  private readonly args: OpenArgs;
  private readonly settings: GcpDataCenter["settings"];
  private readonly zones: readonly string[];
  private readonly network: Network;

  constructor(
    readonly name: string,
    settings: GcpDataCenter["settings"],
    args: OpenArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const { region, network = networkOf(pulumi.getStack(), name) } = settings;
    this.args = args;
    this.settings = settings;
    this.tlsPort = tlsPortOf(settings);
    this.zones = settings.zones ?? catalogue.zonesOf(region).slice(0, ZONES);
    this.network = new Network(
      name,
      { site: args.site, region, cidr: network, ssh: args.access.ssh, frozen: isFrozen(settings) },
      opts,
    );
  }

  webServer(name: string, args: WebServerArgs, opts: pulumi.CustomResourceOptions): WebServer {
    const { pool, site, ordinal, size, app, secrets } = args;
    const operators = this.args.access.keys;
    const kept = this.network.kept(opts);
    const files = this.tlsPort === undefined ? [] : [GUEST_AGENT];
    const told = { site, pool, server: name, dataCenter: this.name, app, secrets, operators, files };
    const access = new ServerAccess(name, told, this.serverKey(), this.args.rotation.servers, kept);
    const { userData } = access;
    const instance = machine(name, { ...this.place(name, ordinal, size), tag: this.network.tags.server, userData }, kept);
    // Nothing more is needed to reach it: a network has its way to the internet from the start.
    return access.at(instance.id, { public: ownAddress(instance), private: privateAddress(instance) }, this.args.access);
  }

  balancerNode(name: string, args: BalancerNodeArgs, opts: pulumi.CustomResourceOptions): BalancerNode {
    const { role, size, https, passthrough, metrics } = args;
    const { site, access } = this.args;
    const kept = this.network.kept(opts);
    const place = this.place(name, 1, size);
    const { memory } = catalogue.machine(place.machineType);
    const { subnetwork } = this.network;
    const rotation = this.args.rotation[role];
    const rolloutKey = this.network.key(this.name, rotation);
    const hostKey = new SshKeyPair(`${name}-host`, { comment: name, rotation }, kept);
    const userData = pulumi
      .all([hostKey.privateKey, hostKey.publicKey, rolloutKey.publicKey])
      .apply(([privateKey, publicKey, authorizedKey]) =>
        balancerUserData({
          hostKey: { privateKey, publicKey },
          authorizedKeys: [authorizedKey],
          directory: NODE_DIRECTORY,
          maxConnections: connectionsOf(memory),
          operators: access.keys,
          files: [GUEST_AGENT],
        }),
      );
    const instance = machine(name, { ...place, tag: this.network.tags.balancer, userData }, kept);
    const { region } = this.settings;
    const door = frontDoor(name, { site, dataCenter: this.name, region, subnetwork, machine: instance }, kept);
    const open = this.network.openBalancer(args);
    this.network.showMetrics(metrics);
    const sendsFrom = ownAddress(instance);
    // A rollout must reach this very machine, not the one that the static address leads to at the moment.
    const { reachable } = this.network;
    const addresses = { public: after(reachable, sendsFrom), private: after(reachable, privateAddress(instance)) };
    const remote = remoteAccess(addresses, hostKey.publicKey, access);
    return {
      machine: instance.id,
      node: remoteNode({ role, dataCenter: this.name, remote, memory, https, passthrough }),
      key: rolloutKey.privateKey,
      address: after(open, door.ipv4),
      ipv6: after(open, door.ipv6),
      sendsFrom,
    };
  }

  admit(peer: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.network.admit(peer, opts);
  }

  private serverKey(): SshKeyPair | undefined {
    if (this.tlsPort === undefined) return undefined;
    return (this.serverKeyPair ??= this.network.key(`${this.name}-servers`, this.args.rotation.servers));
  }

  /** Where the `ordinal`th machine of its kind stands, and what it is. */
  private place(name: string, ordinal: number, size: string): Omit<MachineArgs, "tag" | "userData"> {
    const { sizes, image } = this.settings;
    const zone = this.zones[(ordinal - 1) % this.zones.length];
    if (zone === undefined) throw new pulumi.RunError(`${this.name}: Google Cloud has no region ${this.settings.region}`);
    const machineType = machineTypeIn(name, size, { name: this.name, sizes, catalogue });
    const { site } = this.args;
    return { site, dataCenter: this.name, zone, machineType, image, subnetwork: this.network.subnetwork };
  }
}

/** A value, known only after something else. */
function after<Value>(first: pulumi.Output<unknown>, value: pulumi.Output<Value>): pulumi.Output<Value> {
  return pulumi.all([value, first]).apply(([known]) => known as Value);
}
