import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { Failover, Publication, PublishArgs } from "../../failover";
import { BALANCER_HEALTH_PATH } from "../../haproxy/defaults";
import { HEALTH_PORT } from "../../model/network/balancer-ports";
import type { FailoverSettings } from "../../model/network/failover";
import type { BalancerRole } from "../../model/stack";
import { refuse } from "../../refusal";
import { type DnsFailoverArgs, domainIn, ttlSeconds, urlOf } from "../shared/dns-failover";
import { resourceName } from "./naming";

/** Regions that the balancers are checked from. The API takes three or none, and without any it checks nothing outside of Google Cloud. */
const CHECKED_FROM = ["us-central1", "europe-west1", "asia-northeast1"];
/** Seconds between two checks; the API takes no fewer where regions are named. */
const CHECK_INTERVAL = 30;
/** Seconds that a check may take, from the other side of the world too. */
const CHECK_TIMEOUT = 5;
/** Checks in a row that take an address out, and that put it in. */
const FALL = 2;
const RISE = 2;
/** Where the backup is said to be. With one backup it is the nearest to everybody, wherever that is. */
const BACKUP_LOCATION = "us-central1";

/** How a site's names are failed over by Cloud DNS. A zone that is not made must be public, and the only one of its name in the project. */
export type CloudDnsFailoverArgs = DnsFailoverArgs;

/** A zone by its name in the project, which is not its domain; with its name servers when it was made. */
interface Zone {
  readonly managedZone: pulumi.Output<string>;
  readonly nameServers?: pulumi.Output<string[]>;
}

type RoutingPolicy = gcp.types.input.dns.RecordSetRoutingPolicy;
type Pair = Readonly<Record<BalancerRole, pulumi.Input<string>>>;

/**
 * Failover by Cloud DNS: a record of the site's domain whose addresses are health-checked, in whichever cloud they are.
 *
 * @example
 * const failover = new CloudDnsFailover({ zone: "example.com" });
 */
export class CloudDnsFailover implements Failover {
  readonly settings: FailoverSettings;

  constructor(private readonly args: CloudDnsFailoverArgs) {
    this.settings = { kind: "dns", provider: "gcp", ...args };
  }

  // checkedFrom is absent: Google publishes no list of the addresses that these checks come from.

  /** @throws pulumi.RunError when the site has no domain in the zone. */
  publish(name: string, site: PublishArgs, opts: pulumi.CustomResourceOptions): Publication {
    const { nodes, out } = site;
    const domain = domainIn(this.args.zone, name, site);
    const { managedZone, nameServers } = this.zone(name, opts);
    const ttl = ttlSeconds(this.args);
    const check = healthCheck(name, opts);
    const record = (type: "A" | "AAAA", addresses: Pair): void => {
      new gcp.dns.RecordSet(
        resourceName(type === "A" ? name : `${name}-ipv6`),
        {
          managedZone,
          name: `${domain}.`,
          type,
          ttl,
          // The health check is named whatever the policy is: with another one, or none, the provider would make the record anew,
          // and then fail to delete the one that it has overwritten.
          routingPolicy: { healthCheck: check.id, ...answers(this.args.policy, addresses, out) },
        },
        opts,
      );
    };
    const { primary, secondary } = nodes;
    record("A", { primary: primary.address, secondary: secondary.address });
    // With one of them only, clients by IPv6 would have no other balancer to go to.
    if (primary.ipv6 !== undefined && secondary.ipv6 !== undefined)
      record("AAAA", { primary: primary.ipv6, secondary: secondary.ipv6 });
    return { url: urlOf(domain, site), nameServers };
  }

  private zone(name: string, opts: pulumi.CustomResourceOptions): Zone {
    const { zone, createZone = false } = this.args;
    if (createZone) {
      const labels = { name: resourceName(name) };
      const args = { dnsName: `${zone}.`, description: zone, labels };
      const made = new gcp.dns.ManagedZone(resourceName(name), args, opts);
      return { managedZone: made.name, nameServers: made.nameServers };
    }
    const { managedZones } = gcp.dns.getManagedZonesOutput({}, { parent: opts.parent });
    return { managedZone: managedZones.apply((zones) => publicZone(zone, zones)) };
  }
}

/**
 * The name of the public zone of a domain, among all zones of the project.
 *
 * @throws pulumi.RunError when there is none, or more than one.
 */
export function publicZone(
  domain: string,
  zones: readonly Pick<gcp.types.output.dns.GetManagedZonesManagedZone, "name" | "dnsName" | "visibility">[],
): string {
  const found = zones.filter(({ dnsName, visibility }) => dnsName === `${domain}.` && visibility === "public");
  const [only] = found;
  if (found.length === 1 && only?.name !== undefined) return only.name;
  const seen = found.length === 0 ? "no public zone" : `${found.length} public zones`;
  const message = `is ${domain}, of which the project has ${seen}; there must be one, or createZone: true to make it`;
  refuse("What Cloud DNS was asked", [{ path: "failover.zone", message }]);
}

/** The check of both balancers, whichever cloud they are in. */
function healthCheck(name: string, opts: pulumi.CustomResourceOptions): gcp.compute.HealthCheck {
  return new gcp.compute.HealthCheck(
    resourceName(name),
    {
      checkIntervalSec: CHECK_INTERVAL,
      timeoutSec: CHECK_TIMEOUT,
      unhealthyThreshold: FALL,
      healthyThreshold: RISE,
      httpHealthCheck: { port: HEALTH_PORT, portSpecification: "USE_FIXED_PORT", requestPath: BALANCER_HEALTH_PATH },
      sourceRegions: CHECKED_FROM,
    },
    opts,
  );
}

/** What a name is answered with. */
function answers(
  policy: CloudDnsFailoverArgs["policy"],
  { primary, secondary }: Pair,
  out: BalancerRole | undefined,
): Omit<RoutingPolicy, "healthCheck"> {
  if (out === undefined && policy === "active-passive") {
    return {
      primaryBackup: {
        primary: { externalEndpoints: [primary] },
        backupGeos: [{ location: BACKUP_LOCATION, healthCheckedTargets: { externalEndpoints: [secondary] } }],
      },
    };
  }
  const externalEndpoints = [...(out === "primary" ? [] : [primary]), ...(out === "secondary" ? [] : [secondary])];
  // One item with both: a client gets all of an item's healthy addresses, but of several items one.
  return { wrrs: [{ weight: 1, healthCheckedTargets: { externalEndpoints } }] };
}
