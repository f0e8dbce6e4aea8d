import { firewallBlocks, networkBlocks } from "./own-checks/blocks";
import type { Check } from "./own-checks/check";
import { dnsRecords, failover, zones } from "./own-checks/dns";
import { healthChecks } from "./own-checks/health-checks";
import { labels } from "./own-checks/labels";
import { disks, metadataService, userData } from "./own-checks/machines";
import { groupNames, physicalNames } from "./own-checks/names";
import { places, sizes } from "./own-checks/places";
import { ports } from "./own-checks/ports";
import { references } from "./own-checks/references";
import { ssh } from "./own-checks/ssh";
import type { Complaint, DeclaredResource } from "./record";

/** What no judge of others catches, by the name of the check. */
export const OWN_CHECKS = {
  ports,
  "firewall blocks": firewallBlocks,
  "network blocks": networkBlocks,
  ssh,
  labels,
  "user data": userData,
  "metadata service": metadataService,
  disks,
  places,
  sizes,
  "physical names": physicalNames,
  "group names": groupNames,
  "DNS records": dnsRecords,
  zones,
  failover,
  "health checks": healthChecks,
  references,
} as const satisfies Record<string, Check>;

/** A check of our own, as a judge. */
export type OwnJudge = `own: ${keyof typeof OWN_CHECKS}`;

/** Everything that our own checks have against what was declared. */
export function ownComplaints(declared: readonly DeclaredResource[]): (Complaint & { judge: OwnJudge })[] {
  return (Object.entries(OWN_CHECKS) as [keyof typeof OWN_CHECKS, Check][]).flatMap(([name, check]) =>
    check(declared).map(({ about, message }) => ({ judge: `own: ${name}`, type: about.type, name: about.name, message })),
  );
}
