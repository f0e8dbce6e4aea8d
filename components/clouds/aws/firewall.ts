import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNodeArgs, Peer } from "../../data-center";
import { SSH_PORT } from "../../model/clouds/data-center";
import { HEALTH_PORT, SITE_PORTS } from "../../model/network/balancer-ports";
import { optionsOf, type Place } from "../shared/place";
import { tagsOf } from "./naming";

/** Every address, by how the names of rules tell the two kinds apart. */
const ANYWHERE = { ipv4: "0.0.0.0/0", ipv6: "::/0" } as const;
const FAMILIES = ["ipv4", "ipv6"] as const;
/** Every protocol, and with it every port. */
const ALL = "-1";

/** What is open to machines of one kind. */
export interface Openings {
  /** The security groups that such a machine is in. */
  readonly groups: readonly aws.ec2.SecurityGroup[];
  /** What must stand before it can be reached. */
  readonly rules: readonly pulumi.Resource[];
}

/**
 * The security groups of a data center. Each rule is a resource of its own, named after whom it lets in; a group is made when
 * the first machine needs it.
 */
export class Firewall {
  /** What must stand before a machine can reach anybody. */
  readonly outbound: readonly pulumi.Resource[];
  /** What every machine is in: SSH in, everything out. */
  private readonly machines: aws.ec2.SecurityGroup;
  private readonly ssh: readonly pulumi.Resource[];
  private servers: Openings | undefined;
  private balancers: Openings | undefined;

  /**
   * @param vpc Id of the network.
   * @param ssh Blocks of addresses that SSH is open to.
   * @param opts Of each of its resources.
   */
  constructor(
    private readonly place: Place,
    private readonly vpc: pulumi.Output<string>,
    ssh: readonly string[],
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    this.machines = this.group("machines", "Machines");
    // What an app asks of others can't be known, so nothing is held back.
    this.outbound = FAMILIES.map((family) => this.egress(`out-${family}`, ANYWHERE[family]));
    this.ssh = [...new Set(ssh)].map((cidr) => this.ingress(`ssh-${inName(cidr)}`, this.machines, sourceOf(cidr), SSH_PORT));
  }

  /** What is open to web servers: SSH, and the balancers that are admitted. */
  forServers(): Openings {
    return (this.servers ??= { groups: [this.machines, this.group("servers", "Web servers")], rules: this.ssh });
  }

  /** What is open to balancers: SSH, what {@link openBalancers} opens, and the other balancer. */
  forBalancers(): Openings {
    return this.balancers ?? this.openBalancers();
  }

  /**
   * Opens balancers: the site, and what they pass on, to everybody, and the health port to the failover's health checks.
   *
   * @param checkedFrom Blocks of addresses that the checks come from. @default anywhere
   * @param passthrough Port of connections that are passed on. @default there is none
   */
  openBalancers({ checkedFrom, passthrough }: Pick<BalancerNodeArgs, "checkedFrom" | "passthrough"> = {}): Openings {
    if (this.balancers !== undefined) return this.balancers;
    const group = this.group("balancers", "Balancers");
    const toAll = (what: string, port: number): pulumi.Resource[] =>
      FAMILIES.map((family) => {
        const name = family === "ipv4" ? `${what}-${port}` : `${what}-${port}-ipv6`;
        return this.ingress(name, group, sourceOf(ANYWHERE[family]), port);
      });
    const site = [
      ...SITE_PORTS.flatMap((port) => toAll("http", port)),
      ...(passthrough === undefined ? [] : toAll("tcp", passthrough)),
    ];
    const health = this.group("health", "Health checks of balancers");
    const rules = [...this.ssh, ...site, this.checks(health, checkedFrom)];
    return (this.balancers = { groups: [this.machines, group, health], rules });
  }

  /** Opens the metrics of balancers to those who may read them. */
  showMetrics({ port, from }: NonNullable<BalancerNodeArgs["metrics"]> = { port: 0, from: [] }): void {
    const [, balancers = this.machines] = this.forBalancers().groups;
    for (const cidr of new Set(from)) this.ingress(`metrics-${inName(cidr)}`, balancers, sourceOf(cidr), port);
  }

  /** Lets a balancer reach one port of the web servers, or of the other balancer. */
  admit({ role, address, port, to = "servers" }: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { groups } = to === "servers" ? this.forServers() : this.forBalancers();
    const [, group = this.machines] = groups;
    // Changed in place, it would at once shut out a balancer that still serves. A new rule stands before the old one goes.
    const options = optionsOf(this.place, opts, { replaceOnChanges: ["cidrIpv4"] });
    const what = `${to === "servers" ? "" : `${to}-`}from-${role}-${port}`;
    return this.ingress(what, group, { cidrIpv4: pulumi.interpolate`${address}/32` }, port, options);
  }

  /**
   * The rule of health checks. It is one for all of their blocks, of which AWS allows 60 in a group; how many they are is known
   * only when the program has asked, and they are not named one by one.
   */
  private checks(group: aws.ec2.SecurityGroup, from?: pulumi.Input<readonly string[]>): pulumi.Resource {
    const { name, settings } = this.place;
    const { ipv4, ipv6 } = ANYWHERE;
    const blocks =
      from === undefined
        ? { cidrBlocks: [ipv4], ipv6CidrBlocks: [ipv6] }
        : { cidrBlocks: pulumi.output(from).apply((list) => [...list]) };
    return new aws.ec2.SecurityGroupRule(
      `${name}-health`,
      {
        region: settings.region,
        securityGroupId: group.id,
        type: "ingress",
        protocol: "tcp",
        fromPort: HEALTH_PORT,
        toPort: HEALTH_PORT,
        ...blocks,
      },
      // AWS refuses a new rule that has a block in common with the old one. A check that fails in between is one of two.
      { ...this.opts, deleteBeforeReplace: true },
    );
  }

  private group(what: string, whose: string): aws.ec2.SecurityGroup {
    const { name: dataCenter, site, settings } = this.place;
    const name = `${dataCenter}-${what}`;
    return new aws.ec2.SecurityGroup(
      name,
      {
        region: settings.region,
        vpcId: this.vpc,
        // AWS keeps names that begin so for its own ids; that of a data center in Singapore may.
        namePrefix: name.startsWith("sg-") ? `evenkeel-${name}-` : undefined,
        description: `${whose} of ${site} in ${dataCenter}`,
        tags: tagsOf(this.place, name),
      },
      this.opts,
    );
  }

  private ingress(
    what: string,
    group: aws.ec2.SecurityGroup,
    source: Pick<aws.vpc.SecurityGroupIngressRuleArgs, "cidrIpv4" | "cidrIpv6">,
    port: number,
    opts: pulumi.CustomResourceOptions = this.opts,
  ): aws.vpc.SecurityGroupIngressRule {
    const { name: dataCenter, settings } = this.place;
    const name = `${dataCenter}-${what}`;
    return new aws.vpc.SecurityGroupIngressRule(
      name,
      {
        region: settings.region,
        securityGroupId: group.id,
        ...source,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        tags: tagsOf(this.place, name),
      },
      opts,
    );
  }

  private egress(what: string, cidr: string): aws.vpc.SecurityGroupEgressRule {
    const { name: dataCenter, settings } = this.place;
    const name = `${dataCenter}-${what}`;
    return new aws.vpc.SecurityGroupEgressRule(
      name,
      {
        region: settings.region,
        securityGroupId: this.machines.id,
        ...sourceOf(cidr),
        ipProtocol: ALL,
        tags: tagsOf(this.place, name),
      },
      this.opts,
    );
  }
}

/** A block as a rule takes it: the two kinds of addresses have each their own argument. */
function sourceOf(cidr: string): { cidrIpv4: string } | { cidrIpv6: string } {
  return cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr };
}

/** A block as part of a resource's name, in which a double colon would end the name. */
function inName(cidr: string): string {
  return cidr.replaceAll(":", "-");
}
