import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BalancerNode } from "../../data-center";
import type { Failover, Publication, PublishArgs } from "../../failover";
import { BALANCER_HEALTH_PATH } from "../../haproxy/defaults";
import { HEALTH_PORT } from "../../model/network/balancer-ports";
import type { FailoverSettings } from "../../model/network/failover";
import type { BalancerRole } from "../../model/stack";
import { type DnsFailoverArgs, domainIn, ttlSeconds, urlOf } from "../shared/dns-failover";

/** How often each of Route 53's checkers asks a balancer, in seconds; the other choice is 30. */
const CHECK_INTERVAL = 10;
/** Checks in a row that must fail, or succeed, before a checker takes a balancer for down, or for up again. */
const CHECKS_UNTIL_CHANGE = 2;
/** Name of the IP ranges that the checkers come from, in AWS's list. */
const CHECKERS = "route53_healthchecks";

/** The roles, in the order in which an active and a passive one are found among those in service. */
const BY_RANK: readonly BalancerRole[] = ["primary", "secondary"];

/** How a site's names are failed over by Route 53. */
export type Route53FailoverArgs = DnsFailoverArgs;

/** A zone, with its name servers when it was made. */
interface Zone {
  readonly zoneId: pulumi.Output<string>;
  readonly nameServers?: pulumi.Output<string[]>;
}

/** A record of a site: whom it gives to clients, and as what. */
interface Answer {
  /** What tells it apart among the records of its name. */
  readonly id: BalancerRole;
  /** The balancer that it gives. */
  readonly of: BalancerRole;
  readonly policy: Pick<aws.route53.RecordArgs, "multivalueAnswerRoutingPolicy" | "failoverRoutingPolicies">;
}

/**
 * Failover by DNS: records of the site's domain at Route 53, each given out only while its balancer passes a health check.
 * When both fail, Route 53 gives out what it would if both passed.
 *
 * @example
 * const failover = new Route53Failover({ zone: "example.com" });
 */
export class Route53Failover implements Failover {
  readonly settings: FailoverSettings;

  constructor(private readonly args: Route53FailoverArgs) {
    this.settings = { kind: "dns", provider: "aws", ...args };
  }

  checkedFrom(opts: pulumi.InvokeOptions): pulumi.Output<string[]> {
    return aws.getIpRangesOutput({ services: [CHECKERS] }, opts).cidrBlocks;
  }

  /** @throws pulumi.RunError when the site has no domain in the zone. */
  publish(name: string, site: PublishArgs, opts: pulumi.CustomResourceOptions): Publication {
    const { nodes, out } = site;
    const domain = domainIn(this.args.zone, name, site);
    const { zoneId, nameServers } = this.zone(name, domain, opts);
    const ttl = ttlSeconds(this.args);
    const checks = byRole((role) => healthCheck(`${name}-${role}`, nodes[role], domain, opts));
    const record = (suffix: string, type: "A" | "AAAA", { id, of, policy }: Answer, address: pulumi.Input<string>): void => {
      new aws.route53.Record(
        `${name}-${id}${suffix}`,
        { zoneId, name: domain, type, ttl, records: [address], setIdentifier: id, healthCheckId: checks[of].id, ...policy },
        opts,
      );
    };
    const { primary, secondary } = nodes;
    // An only IPv6 address would have no other to fail over to, and most clients try it first.
    const ipv6 = primary.ipv6 && secondary.ipv6 && { primary: primary.ipv6, secondary: secondary.ipv6 };
    for (const answer of this.answers(out)) {
      record("", "A", answer, nodes[answer.of].address);
      if (ipv6 !== undefined) record("-ipv6", "AAAA", answer, ipv6[answer.of]);
    }
    return { url: urlOf(domain, site), nameServers };
  }

  /** Who is given to clients when one balancer may be declared out. Of a failover, exactly one is the primary. */
  private answers(out: BalancerRole | undefined): Answer[] {
    const inService = BY_RANK.filter((role) => role !== out);
    if (this.args.policy !== "active-passive") {
      return inService.map((role) => ({ id: role, of: role, policy: { multivalueAnswerRoutingPolicy: true } }));
    }
    // A record's place is its own, whoever is in it: so whoever remains moves into the first one, which is never gone.
    return inService.flatMap((of, i) => {
      const id = BY_RANK[i];
      return id === undefined ? [] : [{ id, of, policy: { failoverRoutingPolicies: [{ type: id.toUpperCase() }] } }];
    });
  }

  private zone(name: string, domain: string, opts: pulumi.CustomResourceOptions): Zone {
    const { zone, createZone = false } = this.args;
    if (createZone) {
      const made = new aws.route53.Zone(name, { name: zone, tags: tagsOf(name, domain) }, opts);
      return { zoneId: made.id, nameServers: made.nameServers };
    }
    const { parent, provider } = opts;
    return { zoneId: aws.route53.getZoneOutput({ name: zone, privateZone: false }, { parent, provider }).zoneId };
  }
}

/** A check of a balancer by its IPv4 address, which stands for its IPv6 address as well: what is asked is whether it can carry traffic. */
function healthCheck(
  name: string,
  { address }: BalancerNode,
  domain: string,
  opts: pulumi.CustomResourceOptions,
): aws.route53.HealthCheck {
  return new aws.route53.HealthCheck(
    name,
    {
      type: "HTTP",
      ipAddress: address,
      port: HEALTH_PORT,
      resourcePath: BALANCER_HEALTH_PATH,
      requestInterval: CHECK_INTERVAL,
      failureThreshold: CHECKS_UNTIL_CHANGE,
      tags: tagsOf(name, domain),
    },
    opts,
  );
}

function tagsOf(name: string, domain: string): Record<string, string> {
  return { Name: name, "evenkeel-domain": domain };
}

function byRole<Value>(make: (role: BalancerRole) => Value): Record<BalancerRole, Value> {
  return { primary: make("primary"), secondary: make("secondary") };
}
