import * as pulumi from "@pulumi/pulumi";
import type { PublishArgs } from "../../failover";
import { Duration } from "../../model/duration";
import { DEFAULT_TTL } from "../../model/network/failover";

/** How a site's names are failed over by the health-checked DNS of a cloud. */
export interface DnsFailoverArgs {
  /** The public zone that the site's domain lies in, such as `example.com`. */
  readonly zone: string;
  /** Whether the zone is made; else it must exist. @default false */
  readonly createZone?: boolean;
  /**
   * Which balancers clients are given: `both` as long as they are healthy, or (`active-passive`) the secondary only while the
   * primary is not. @default "both"
   */
  readonly policy?: "both" | "active-passive";
  /** How long a resolver may keep an answer, from `1s` to `24h`; whole seconds. @default "30s" */
  readonly ttl?: string;
}

/**
 * The domain of a site that is published.
 *
 * @param name Name of what publishes it.
 * @throws pulumi.RunError when there is none, or when it is not in the zone.
 */
export function domainIn(zone: string, name: string, { domain }: Pick<PublishArgs, "domain">): string {
  if (domain === undefined) throw new pulumi.RunError(`${name}: domain is missing; it must be a name in the zone ${zone}`);
  if (domain !== zone && !domain.endsWith(`.${zone}`))
    throw new pulumi.RunError(`${name}: domain is ${domain}, but must be a name in the zone ${zone}`);
  return domain;
}

/** How long a resolver may keep an answer, in seconds. */
export function ttlSeconds({ ttl = DEFAULT_TTL }: Pick<DnsFailoverArgs, "ttl">): number {
  return Math.ceil(Duration.parse(ttl).milliseconds / 1000);
}

/** Where clients find a site. */
export function urlOf(domain: string, { https = false }: Pick<PublishArgs, "https">): pulumi.Output<string> {
  return pulumi.output(`${https ? "https" : "http"}://${domain}`);
}
