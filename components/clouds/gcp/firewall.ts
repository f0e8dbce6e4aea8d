import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNodeArgs, Peer } from "../../data-center";
import { SSH_PORT } from "../../model/clouds/data-center";
import { HEALTH_PORT, SITE_PORTS } from "../../model/network/balancer-ports";
import { optionsOf, type Place } from "../shared/place";
import { cut, resourceName } from "./naming";

/** Every address of each kind; a firewall rule takes one kind only. */
const ANYWHERE = { ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] };
/** Blocks kept for documentation (RFC 5737, RFC 3849), from which nothing comes. A rule without sources would be for everybody. */
const NOWHERE = { ipv4: ["192.0.2.0/24"], ipv6: ["2001:db8::/32"] };

/** What is open to machines of one kind. */
export interface Openings {
  /** The network tag of such a machine, by which rules know it. */
  readonly tag: string;
}

/** What a rule lets through. */
interface Rule {
  readonly port: number;
  readonly from: pulumi.Input<pulumi.Input<string>[]>;
  readonly to: readonly Openings[];
}

/** The firewall rules of a data center. Each is a resource of its own, named after whom it lets in. */
export class Firewall {
  /** Resolved when SSH is open. */
  readonly reachable: pulumi.Output<unknown>;
  private readonly servers: Openings;
  private readonly balancers: Openings;

  /**
   * @param network Identity of the network.
   * @param ssh Blocks of addresses, IPv4 or IPv6, that SSH is open to.
   * @param opts Of each of its resources.
   */
  constructor(
    private readonly place: Place,
    private readonly network: pulumi.Output<string>,
    ssh: readonly string[],
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    const { name, site } = place;
    this.balancers = { tag: cut(`${site}-${name}-balancer`) };
    this.servers = { tag: cut(`${site}-${name}-server`) };
    const to = [this.balancers, this.servers];
    const rules = ssh.map((block) => this.ingress(`ssh-${block}`, { port: SSH_PORT, from: [block], to }));
    this.reachable = pulumi.all(rules.map(({ id }) => id));
  }

  /** What is open to web servers: SSH, and the balancers that are admitted. */
  forServers(): Openings {
    return this.servers;
  }

  /** What is open to balancers: SSH, what {@link openBalancers} opens, and the other balancer. */
  forBalancers(): Openings {
    return this.balancers;
  }

  /**
   * Opens balancers: the site, and what they pass on, to everybody, and the health port to the failover's health checks.
   *
   * @param checkedFrom Blocks of addresses that the checks come from. @default anywhere
   * @param passthrough Port of connections that are passed on. @default there is none
   * @returns Resolved when they are open.
   */
  openBalancers({ checkedFrom, passthrough }: Pick<BalancerNodeArgs, "checkedFrom" | "passthrough">): pulumi.Output<unknown> {
    const to = [this.balancers];
    const toAll = (what: string, port: number): gcp.compute.Firewall[] => [
      this.ingress(`${what}-${port}`, { port, from: ANYWHERE.ipv4, to }),
      this.ingress(`${what}-${port}-ipv6`, { port, from: ANYWHERE.ipv6, to }),
    ];
    const site = [
      ...SITE_PORTS.flatMap((port) => toAll("http", port)),
      ...(passthrough === undefined ? [] : toAll("tcp", passthrough)),
    ];
    const health = [
      this.ingress("health", { port: HEALTH_PORT, from: sourcesOf(checkedFrom, "ipv4"), to }),
      this.ingress("health-ipv6", { port: HEALTH_PORT, from: sourcesOf(checkedFrom, "ipv6"), to }),
    ];
    // A URN is known in a preview: one more opening there changes nothing of what waits for all of them.
    return pulumi.all([...site, ...health].map(({ urn }) => urn));
  }

  /** Opens the metrics of balancers to those who may read them. */
  showMetrics({ port, from }: NonNullable<BalancerNodeArgs["metrics"]> = { port: 0, from: [] }): void {
    for (const block of new Set(from)) this.ingress(`metrics-${block}`, { port, from: [block], to: [this.balancers] });
  }

  /** Lets a balancer reach one port of the web servers, or of the other balancer. */
  admit({ role, address, port, to = "servers" }: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const from = [pulumi.interpolate`${address}/32`];
    // Changed in place, it would at once shut out a balancer that still serves. A new rule stands before the old one goes.
    const options = optionsOf(this.place, opts, { replaceOnChanges: ["sourceRanges"] });
    const what = `${to === "servers" ? "" : `${to}-`}from-${role}-${port}`;
    return this.ingress(what, { port, from, to: [to === "servers" ? this.servers : this.balancers] }, options);
  }

  private ingress(what: string, { port, from, to }: Rule, opts: pulumi.CustomResourceOptions = this.opts): gcp.compute.Firewall {
    return new gcp.compute.Firewall(
      resourceName(`${this.place.name}-${what}`),
      {
        network: this.network,
        direction: "INGRESS",
        allows: [{ protocol: "tcp", ports: [String(port)] }],
        sourceRanges: from,
        targetTags: to.map(({ tag }) => tag),
      },
      opts,
    );
  }
}

/** The blocks of one kind. */
function sourcesOf(
  blocks: pulumi.Input<readonly string[]> | undefined,
  kind: "ipv4" | "ipv6",
): pulumi.Input<pulumi.Input<string>[]> {
  if (blocks === undefined) return ANYWHERE[kind];
  return pulumi.output(blocks).apply((all) => {
    const some = all.filter((block) => block.includes(":") === (kind === "ipv6"));
    return some.length === 0 ? NOWHERE[kind] : some;
  });
}
