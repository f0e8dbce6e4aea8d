import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import type { BalancerNodeArgs, Peer } from "../../data-center";
import { SSH_PORT } from "../../model/clouds/data-center";
import { HEALTH_PORT, SITE_PORTS } from "../../model/network/balancer-ports";
import { optionsOf, type Place } from "../shared/place";

type Inbound = digitalocean.types.input.FirewallInboundRule;
type Outbound = digitalocean.types.input.FirewallOutboundRule;

const ANYWHERE = ["0.0.0.0/0", "::/0"];
const EVERY_PORT = "1-65535";
/** What an app asks of others can't be known, so nothing is held back. */
const OUTBOUND: Outbound[] = [
  { protocol: "tcp", portRange: EVERY_PORT, destinationAddresses: ANYWHERE },
  { protocol: "udp", portRange: EVERY_PORT, destinationAddresses: ANYWHERE },
  { protocol: "icmp", destinationAddresses: ANYWHERE },
];

/** What is open to droplets of one kind. */
export interface Openings {
  /** The tag of such a droplet, by which firewalls know it. */
  readonly tag: digitalocean.Tag;
  /** The firewall that must exist before a droplet has the tag: without any, a droplet is open to the world. */
  readonly base: digitalocean.Firewall;
}

/**
 * The firewalls of a data center. DigitalOcean has no rule that stands alone, so whatever comes and goes by itself is a firewall of its own,
 * named after whom it lets in; those of a kind of droplets are made when the first droplet needs them.
 */
export class Firewall {
  private servers: Openings | undefined;
  private balancers: Openings | undefined;
  private health: digitalocean.Firewall | undefined;

  /**
   * @param ssh Blocks of addresses that SSH is open to.
   * @param opts Of each of its resources.
   */
  constructor(
    private readonly place: Place,
    private readonly ssh: readonly string[],
    private readonly opts: pulumi.CustomResourceOptions,
  ) {}

  /** What is open to web servers: SSH, and the balancers that are admitted. */
  forServers(): Openings {
    return (this.servers ??= this.openings("servers", []));
  }

  /** What is open to balancers: SSH, the site, what {@link openBalancers} opens, and the other balancer. */
  forBalancers(): Openings {
    return (this.balancers ??= this.openings("balancers", SITE_PORTS));
  }

  /**
   * Opens balancers: what they pass on to everybody, and the health port to the failover's health checks.
   *
   * @param checkedFrom Blocks of addresses that the checks come from. @default anywhere
   * @param passthrough Port of connections that are passed on. @default there is none
   */
  openBalancers({ checkedFrom = ANYWHERE, passthrough }: Pick<BalancerNodeArgs, "checkedFrom" | "passthrough">): void {
    const { tag } = this.forBalancers();
    this.health ??= this.ingress("health", tag, [tcp(HEALTH_PORT, checkedFrom as pulumi.Input<string[]>)]);
    if (passthrough !== undefined) this.ingress(`tcp-${passthrough}`, tag, [tcp(passthrough, ANYWHERE)]);
  }

  /** Opens the metrics of balancers to those who may read them. */
  showMetrics({ port, from }: NonNullable<BalancerNodeArgs["metrics"]> = { port: 0, from: [] }): void {
    // A rule must name somebody.
    if (from.length > 0) this.ingress("metrics", this.forBalancers().tag, [tcp(port, [...from])]);
  }

  /** Lets a balancer reach one port of the web servers, or of the other balancer. */
  admit({ role, address, port, to = "servers" }: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { tag } = to === "servers" ? this.forServers() : this.forBalancers();
    const what = `${to === "servers" ? "" : `${to}-`}from-${role}-${port}`;
    return this.ingress(what, tag, [tcp(port, [address])], {}, optionsOf(this.place, opts));
  }

  private openings(kind: string, ports: readonly number[]): Openings {
    const tag = new digitalocean.Tag(`${this.place.name}-${kind}`, {}, this.opts);
    const open = ports.map((port) => tcp(port, ANYWHERE));
    const ssh = this.ssh.length === 0 ? [] : [tcp(SSH_PORT, [...this.ssh])];
    return { tag, base: this.ingress(kind, tag, [...open, ...ssh], { outboundRules: OUTBOUND }) };
  }

  /** A firewall of all droplets that have a tag, which adds to their others. */
  private ingress(
    what: string,
    tag: digitalocean.Tag,
    inboundRules: Inbound[],
    further: { readonly outboundRules?: Outbound[] } = {},
    opts: pulumi.CustomResourceOptions = this.opts,
  ): digitalocean.Firewall {
    return new digitalocean.Firewall(
      `${this.place.name}-${what}`,
      { tags: [tag.name], inboundRules, ...further },
      // Changed in place, it would at once shut out whom the run still needs, such as the balancer that is being replaced.
      // As a replacement it adds whom it lets in, and the old one goes when everything else is done.
      { ...opts, replaceOnChanges: ["inboundRules"] },
    );
  }
}

function tcp(port: number, from: Inbound["sourceAddresses"]): Inbound {
  return { protocol: "tcp", portRange: String(port), sourceAddresses: from };
}
