import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, BalancerNodeArgs, OpenArgs, OpenDataCenter, Peer, WebServer, WebServerArgs } from "../../data-center";
import { machineTypeIn } from "../shared/machine";
import { optionsOf, type Place } from "../shared/place";
import { SshAccess } from "../shared/ssh-access";
import { catalogue } from "./catalogue";
import { Firewall } from "./firewall";
import { Images } from "./image";
import { addressesOf, machine, type MachineArgs } from "./machine";
import { Network } from "./network";
import { associate, staticAddress } from "./static-address";

/** A data center of AWS in which machines can be made. */
export class OpenAwsDataCenter implements OpenDataCenter {
  readonly name: string;
  readonly tlsPort: number | undefined;
  private readonly network: Network;
  private readonly firewall: Firewall;
  private readonly images: Images;
  private readonly access: SshAccess;

  constructor(
    private readonly place: Place,
    args: OpenArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    this.name = place.name;
    this.network = new Network(place, opts);
    this.firewall = new Firewall(place, this.network.vpcId, args.access.ssh, this.network.own);
    this.images = new Images(place, { parent: this.network });
    this.access = new SshAccess(place, args, this.network.own);
    this.tlsPort = this.access.tlsPort;
  }

  webServer(name: string, args: WebServerArgs, opts: pulumi.CustomResourceOptions): WebServer {
    const access = this.access.toServer(name, args, optionsOf(this.place, opts));
    const openings = this.firewall.forServers();
    const { userData } = access;
    const server = machine(this.place, name, { ...this.machineArgs(name, args.size, args.ordinal), openings, userData }, opts);
    // The machine is created only when there is a way to it, so its address is known only then.
    return access.at(server.id, addressesOf(server));
  }

  balancerNode(name: string, args: BalancerNodeArgs, opts: pulumi.CustomResourceOptions): BalancerNode {
    const machineArgs = this.machineArgs(name, args.size, 1);
    const { memory } = catalogue.machine(machineArgs.type);
    const openings = this.firewall.openBalancers(args);
    this.firewall.showMetrics(args.metrics);

    // Web servers admit the address before the machine exists: it does not wait for what the machine waits for.
    const early = { ...opts, dependsOn: undefined };
    const access = this.access.toBalancer(name, args, memory, optionsOf(this.place, early));
    const eip = staticAddress(this.place, name, early);
    const { userData } = access;
    const balancer = machine(this.place, name, { ...machineArgs, openings, userData, ipv6AddressCount: 1 }, opts);
    const association = associate(this.place, name, { address: eip, machine: balancer, rules: openings.rules }, opts);

    // A URN is known in a preview: what needs the address waits for the association, and shows no change when it changes.
    const associated = (ip: pulumi.Input<string>): pulumi.Output<string> =>
      pulumi.all([ip, association.urn]).apply(([known]) => known);
    const address = associated(eip.publicIp);
    return {
      machine: balancer.id,
      ...access.at({ public: address, private: associated(addressesOf(balancer).private) }),
      address,
      ipv6: pulumi.all([balancer.ipv6Addresses, association.urn]).apply(([[ip = ""]]) => ip),
      sendsFrom: eip.publicIp,
    };
  }

  admit(peer: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.firewall.admit(peer, opts);
  }

  /** What any machine of a size is made from, by its number among its kind, from 1. */
  private machineArgs(name: string, size: string, ordinal: number): Omit<MachineArgs, "openings" | "userData"> {
    const type = machineTypeIn(this.place, catalogue, name, size);
    return { type, image: this.images.of(type), subnet: this.network.subnet(ordinal), outbound: this.firewall.outbound };
  }
}
