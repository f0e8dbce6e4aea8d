import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNodeArgs, Peer } from "../../data-center";
import { SshKeyPair } from "../../resources/ssh-key-pair";
import { keptWhile } from "../shared/frozen";
import { SSH_PORT } from "../../model/clouds/data-center";
import { HEALTH_PORT, SITE_PORTS } from "../../model/network/balancer-ports";
import { cut, resourceName } from "./naming";

/** Every address of each kind; a firewall rule takes one kind only. */
const ANYWHERE = { ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] };
/** Blocks kept for documentation (RFC 5737, RFC 3849), from which nothing comes. A rule without sources would be for everybody. */
const NOWHERE = { ipv4: ["192.0.2.0/24"], ipv6: ["2001:db8::/32"] };

/** What the network of a data center is made from. */
export interface NetworkArgs {
  /** Name of the site. */
  readonly site: string;
  /** The region. */
  readonly region: string;
  /** The private IPv4 network, such as `10.20.0.0/20`. */
  readonly cidr: string;
  /** Blocks of addresses, IPv4 or IPv6, that SSH is open to. */
  readonly ssh: readonly string[];
  /** Nothing may be asked or changed. */
  readonly frozen: boolean;
}

/** Network tags, by which firewall rules know the machines. */
export interface Tags {
  readonly balancer: string;
  readonly server: string;
}

/** What a rule lets through. */
interface Opening {
  readonly port: number;
  readonly from: pulumi.Input<pulumi.Input<string>[]>;
  readonly to: readonly string[];
}

/** The network of a data center, who may reach the machines in it, and the key by which rollouts reach its balancers. */
export class Network extends pulumi.ComponentResource {
  /** Identity of the subnetwork that the machines stand in; with IPv4 and IPv6. */
  readonly subnetwork: pulumi.Output<string>;
  /** Tags of the machines. */
  readonly tags: Tags;
  /** Resolved when SSH is open. */
  readonly reachable: pulumi.Output<unknown>;

  private readonly network: pulumi.Output<string>;
  private readonly site: string;
  private readonly frozen: boolean;

  constructor(
    private readonly name: string,
    args: NetworkArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("evenkeel:gcp:Network", name, {}, opts);
    const { site, region, cidr, ssh, frozen } = args;
    this.site = site;
    this.frozen = frozen;
    this.tags = { balancer: cut(`${site}-${name}-balancer`), server: cut(`${site}-${name}-server`) };

    const own = this.kept({ parent: this });
    const network = new gcp.compute.Network(resourceName(name), { autoCreateSubnetworks: false }, own);
    this.network = network.id;
    const subnetwork = new gcp.compute.Subnetwork(
      resourceName(name),
      { network: network.id, region, ipCidrRange: cidr, stackType: "IPV4_IPV6", ipv6AccessType: "EXTERNAL" },
      own,
    );
    this.subnetwork = subnetwork.id;
    const rules = ssh.map((block) =>
      this.open(`ssh-${block}`, { port: SSH_PORT, from: [block], to: [this.tags.balancer, this.tags.server] }, own),
    );
    this.reachable = pulumi.all(rules.map(({ id }) => id));
    this.registerOutputs({});
  }

  /**
   * Opens the balancer to clients, and to what checks its health.
   *
   * @param checkedFrom Blocks of addresses that its health is checked from; absent: from anywhere.
   * @param passthrough Port of connections that it passes on; absent: there is none.
   * @returns Resolved when it is open.
   */
  openBalancer({ checkedFrom, passthrough }: Pick<BalancerNodeArgs, "checkedFrom" | "passthrough">): pulumi.Output<unknown> {
    const to = [this.tags.balancer];
    const own = this.kept({ parent: this });
    const toAll = (what: string, port: number): gcp.compute.Firewall[] => [
      this.open(`${what}-${port}`, { port, from: ANYWHERE.ipv4, to }, own),
      this.open(`${what}-${port}-ipv6`, { port, from: ANYWHERE.ipv6, to }, own),
    ];
    const site = [
      ...SITE_PORTS.flatMap((port) => toAll("http", port)),
      ...(passthrough === undefined ? [] : toAll("tcp", passthrough)),
    ];
    const health = [
      this.open("health", { port: HEALTH_PORT, from: sources(checkedFrom, "ipv4"), to }, own),
      this.open("health-ipv6", { port: HEALTH_PORT, from: sources(checkedFrom, "ipv6"), to }, own),
    ];
    // A URN is known in a preview: one more opening there changes nothing of what waits for all of them.
    return pulumi.all([...site, ...health].map(({ urn }) => urn));
  }

  /** Lets those in who ask the balancer for its metrics. */
  showMetrics({ port, from }: NonNullable<BalancerNodeArgs["metrics"]> = { port: 0, from: [] }): void {
    for (const block of new Set(from))
      this.open(`metrics-${block}`, { port, from: [block], to: [this.tags.balancer] }, this.kept({ parent: this }));
  }

  /**
   * A key by which machines here are reached.
   *
   * @param name Its name.
   * @param rotation How often it was renewed.
   */
  key(name: string, rotation: number): SshKeyPair {
    return new SshKeyPair(name, { comment: `${this.site}-${name}`, rotation }, this.kept({ parent: this }));
  }

  /** Lets a balancer reach a port of the web servers, or of the other balancer. */
  admit({ role, address, port, to = "servers" }: Peer, opts: pulumi.CustomResourceOptions): gcp.compute.Firewall {
    const from = [pulumi.interpolate`${address}/32`];
    // The balancer that is replaced is asked for until the end of the run: its rule is replaced too, and goes as late.
    const own = this.kept({ parent: this, ...opts, replaceOnChanges: [...(opts.replaceOnChanges ?? []), "sourceRanges"] });
    const { server, balancer } = this.tags;
    if (to === "balancers") return this.open(`${to}-from-${role}-${port}`, { port, from, to: [balancer] }, own);
    return this.open(`from-${role}-${port}`, { port, from, to: [server] }, own);
  }

  /** Options of a resource here: in a frozen data center whatever is asked for is what is there already. */
  kept(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return keptWhile(this.frozen, opts);
  }

  private open(purpose: string, { port, from, to }: Opening, opts: pulumi.CustomResourceOptions): gcp.compute.Firewall {
    return new gcp.compute.Firewall(
      resourceName(`${this.name}-${purpose}`),
      {
        network: this.network,
        direction: "INGRESS",
        allows: [{ protocol: "tcp", ports: [String(port)] }],
        sourceRanges: from,
        targetTags: [...to],
      },
      opts,
    );
  }
}

/** The blocks of one kind. */
function sources(
  blocks: pulumi.Input<readonly string[]> | undefined,
  kind: "ipv4" | "ipv6",
): pulumi.Input<pulumi.Input<string>[]> {
  if (blocks === undefined) return ANYWHERE[kind];
  return pulumi.output(blocks).apply((all) => {
    const some = all.filter((block) => block.includes(":") === (kind === "ipv6"));
    return some.length === 0 ? NOWHERE[kind] : some;
  });
}
