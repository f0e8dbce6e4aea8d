import { isCloud } from "../clouds/data-center";
import { type FailoverSettings } from "./failover";
import type { Problem } from "../problem";
import type { Stack } from "../stack";

/** What a failover by DNS is told, and one by a front is not. */
const DNS_KEYS = ["provider", "zone", "createZone", "policy", "ttl"] as const;

/**
 * The problems of a stack's failover: one that does not suit where its balancers stand, or that lacks something.
 *
 * @param isFaulty Whether something is wrong with a path already, so that nothing is said of what it lacks.
 */
export function failoverProblems(
  failover: FailoverSettings,
  { site, loadBalancers, dataCenters }: Partial<Pick<Stack, "site" | "loadBalancers" | "dataCenters">>,
  isFaulty: (path: string) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  const { kind, zone, port } = failover;
  // Not the kind that the user meant, but the default.
  if (isFaulty("failover.kind")) return domainProblems(site?.domain, zone);
  for (const role of ["primary", "secondary"] as const) {
    const place = loadBalancers?.[role].in;
    const provider = place === undefined ? undefined : dataCenters?.[place]?.provider;
    if (provider === undefined || provider === "existing" || isCloud(provider) === (kind === "dns")) continue;
    const other = kind === "front" ? "{ kind: dns, zone: example.com }" : "{ kind: front }";
    problems.push({
      path: "failover.kind",
      message: `is ${kind}, which can't lead to the ${role} balancer in ${place ?? ""} (${provider}); it must be ${other}`,
    });
    break;
  }
  if (kind === "front") {
    const given = DNS_KEYS.filter((key) => failover[key] !== undefined);
    return [...problems, ...given.map((key) => ({ path: `failover.${key}`, message: "is for kind dns; this one is front" }))];
  }
  if (port !== undefined) problems.push({ path: "failover.port", message: "is for kind front; this one is dns" });
  if (zone === undefined && !isFaulty("failover.zone"))
    problems.push({
      path: "failover.zone",
      message: "is missing; it must be the zone of the site's domain, such as example.com",
    });
  if (site === undefined || isFaulty("site.domain")) return problems;
  const { domain } = site;
  if (domain !== undefined) return [...problems, ...domainProblems(domain, zone)];
  const message = "is missing; with failover by DNS it must be the name that clients know the site by";
  return [...problems, { path: "site.domain", message }];
}

function domainProblems(domain: string | undefined, zone: string | undefined): Problem[] {
  if (domain === undefined || zone === undefined || domain === zone || domain.endsWith(`.${zone}`)) return [];
  return [{ path: "site.domain", message: `is ${domain}, which is not in the zone ${zone}` }];
}

/** Who runs the zone of a failover by DNS. */
export function dnsProvider({ failover, dataCenters }: Pick<Stack, "failover" | "dataCenters">): "aws" | "gcp" {
  if (failover.provider !== undefined) return failover.provider;
  const providers = Object.values(dataCenters).map(({ provider }) => provider);
  return providers.includes("aws") || !providers.includes("gcp") ? "aws" : "gcp";
}
