import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, BalancerNodeArgs, OpenArgs, OpenDataCenter, Peer, WebServer, WebServerArgs } from "../../data-center";
import { machineTypeIn } from "../shared/machine";
import { optionsOf, type Place } from "../shared/place";
import { SshAccess } from "../shared/ssh-access";
import { catalogue } from "./catalogue";
import { Firewall } from "./firewall";
import { GUEST_AGENT } from "./guest-agent";
import { addressesOf, machine, type MachineArgs } from "./machine";
import { Network } from "./network";
import { staticAddresses } from "./static-address";
import { zoneOf } from "./zones";

/** A data center of Google Cloud in which machines can be made. */
export class OpenGcpDataCenter implements OpenDataCenter {
  readonly name: string;
  readonly tlsPort: number | undefined;
  private readonly network: Network;
  private readonly firewall: Firewall;
  private readonly access: SshAccess;

  constructor(
    private readonly place: Place,
    args: OpenArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    this.name = place.name;
    this.network = new Network(place, opts);
    this.firewall = new Firewall(place, this.network.networkId, args.access.ssh, this.network.own);
    this.access = new SshAccess(place, args, this.network.own, [GUEST_AGENT]);
    this.tlsPort = this.access.tlsPort;
  }

  webServer(name: string, args: WebServerArgs, opts: pulumi.CustomResourceOptions): WebServer {
    const access = this.access.toServer(name, args, optionsOf(this.place, opts));
    const openings = this.firewall.forServers();
    const { userData } = access;
    const server = machine(this.place, name, { ...this.machineArgs(name, args.size, args.ordinal), openings, userData }, opts);
    // Nothing more is needed to reach it: a network has its way to the internet from the start.
    return access.at(server.id, addressesOf(server));
  }

  balancerNode(name: string, args: BalancerNodeArgs, opts: pulumi.CustomResourceOptions): BalancerNode {
    const machineArgs = this.machineArgs(name, args.size, 1);
    const { memory } = catalogue.machine(machineArgs.type);
    const access = this.access.toBalancer(name, args, memory, optionsOf(this.place, opts));
    const openings = this.firewall.forBalancers();
    const balancer = machine(this.place, name, { ...machineArgs, openings, userData: access.userData }, opts);
    const { subnetwork } = this.network;
    const { ipv4, ipv6 } = staticAddresses(this.place, name, { subnetwork, machine: balancer }, opts);
    const open = this.firewall.openBalancers(args);
    this.firewall.showMetrics(args.metrics);

    // A rollout must reach this very machine, not the one that the static address leads to at the moment.
    const addresses = addressesOf(balancer);
    const { reachable } = this.firewall;
    return {
      machine: balancer.id,
      ...access.at({ public: after(reachable, addresses.public), private: after(reachable, addresses.private) }),
      address: after(open, ipv4),
      ipv6: after(open, ipv6),
      sendsFrom: addresses.public,
    };
  }

  admit(peer: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.firewall.admit(peer, opts);
  }

  /** What any machine of a size is made from, by its number among its kind, from 1. */
  private machineArgs(name: string, size: string, ordinal: number): Omit<MachineArgs, "openings" | "userData"> {
    const type = machineTypeIn(this.place, catalogue, name, size);
    return { type, zone: zoneOf(this.place, ordinal), subnetwork: this.network.subnetwork };
  }
}

/** A value, known only after something else. */
function after<Value>(first: pulumi.Output<unknown>, value: pulumi.Output<Value>): pulumi.Output<Value> {
  return pulumi.all([value, first]).apply(([known]) => known as Value);
}
