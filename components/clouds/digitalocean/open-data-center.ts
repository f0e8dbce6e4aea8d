import type * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, BalancerNodeArgs, OpenArgs, OpenDataCenter, Peer, WebServer, WebServerArgs } from "../../data-center";
import { machineTypeIn } from "../shared/machine";
import { optionsOf, type Place } from "../shared/place";
import { SshAccess } from "../shared/ssh-access";
import { catalogue } from "./catalogue";
import { Firewall } from "./firewall";
import { addressesOf, machine, type MachineArgs } from "./machine";
import { Network } from "./network";
import { rootKey } from "./root-key";
import { staticAddress } from "./static-address";

/** Most bytes of user data (DigitalOcean's API document, `user_data`). */
const MAX_USER_DATA = 65_536;

/** A data center of DigitalOcean in which machines can be made. */
export class OpenDigitalOceanDataCenter implements OpenDataCenter {
  readonly name: string;
  readonly tlsPort: number | undefined;
  private readonly network: Network;
  private readonly firewall: Firewall;
  private readonly access: SshAccess;
  private readonly rootKey: digitalocean.SshKey;

  constructor(
    private readonly place: Place,
    args: OpenArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    this.name = place.name;
    this.network = new Network(place, opts);
    this.rootKey = rootKey(place, this.network.own);
    this.firewall = new Firewall(place, args.access.ssh, this.network.own);
    this.access = new SshAccess(place, args, this.network.own);
    this.tlsPort = this.access.tlsPort;
  }

  webServer(name: string, args: WebServerArgs, opts: pulumi.CustomResourceOptions): WebServer {
    const access = this.access.toServer(name, args, optionsOf(this.place, opts));
    const { userData, userDataSize } = access;
    if (userDataSize > MAX_USER_DATA)
      throw new pulumi.RunError(`${name}: its user data is up to ${userDataSize} bytes, but DigitalOcean takes ${MAX_USER_DATA}`);
    const openings = this.firewall.forServers();
    const server = machine(this.place, name, { ...this.machineArgs(name, args.size), openings, userData, ipv6: false }, opts);
    return access.at(server.id, addressesOf(server));
  }

  balancerNode(name: string, args: BalancerNodeArgs, opts: pulumi.CustomResourceOptions): BalancerNode {
    const machineArgs = this.machineArgs(name, args.size);
    const { memory } = catalogue.machine(machineArgs.type);
    const access = this.access.toBalancer(name, args, memory, optionsOf(this.place, opts));
    const openings = this.firewall.forBalancers();
    const { userData } = access;
    const balancer = machine(this.place, name, { ...machineArgs, openings, userData, ipv6: true }, opts);
    this.firewall.openBalancers(args);
    this.firewall.showMetrics(args.metrics);
    const { ipv4, assignment } = staticAddress(this.place, name, { machine: balancer }, opts);

    // A rollout reaches the very machine that it is for, wherever the address leads. It waits for the assignment all the
    // same, and what is published waits for it; the address itself stays known while a preview replaces the machine.
    const addresses = addressesOf(balancer);
    const { node, key } = access.at(addresses);
    return {
      machine: balancer.id,
      node: pulumi.all([node, assignment.id]).apply(([known]) => known),
      key,
      address: ipv4,
      ipv6: balancer.ipv6Address,
      // What a droplet sends comes from its own address, never from its static one.
      sendsFrom: addresses.public,
    };
  }

  admit(peer: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.firewall.admit(peer, opts);
  }

  /** What any machine of a size is made from. */
  private machineArgs(name: string, size: string): Pick<MachineArgs, "type" | "vpcId" | "rootKey"> {
    return { type: machineTypeIn(this.place, catalogue, name, size), vpcId: this.network.vpcId, rootKey: this.rootKey };
  }
}
