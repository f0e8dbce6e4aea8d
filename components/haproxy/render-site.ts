import { type NodePlan, type Plan, poolsFor } from "../model/plan";
import { CHECKED } from "./backend-names";
import { failOpenRules, spareRules } from "./render-all-down";
import { clientRules, forwardingRules } from "./render-forwarding";
import { challengeRules, httpsBinds, httpsRules } from "./render-https";
import { connectionRules, requestRules } from "./render-limits";
import { logRules } from "./render-logs";
import { maintenanceRules } from "./render-maintenance";
import { minimumRules } from "./render-minimum";
import { probeMark, routeHeaderRules, routeRules } from "./render-routes";

/** The frontend that clients speak to. */
export function siteSection(node: NodePlan, plan: Plan): string[] {
  const { routes, limits } = plan;
  const pools = poolsFor(plan, "http");
  return [
    "frontend site",
    `  bind ${node.site.address}:${node.site.port}`,
    ...(node.ipv6 === true ? [`  bind :::${node.site.port} v6only`] : []),
    ...(node.frontSocket === undefined ? [] : [`  bind "unix@${node.frontSocket}" mode 600 accept-proxy`]),
    ...httpsBinds(node, plan),
    `  maxconn ${node.maxConnections}`,
    ...connectionRules(limits),
    probeMark(),
    ...clientRules(limits),
    ...logRules(plan, node),
    ...challengeRules(plan),
    ...requestRules(limits, node),
    ...httpsRules(node, plan),
    ...routeRules(routes),
    ...maintenanceRules(pools),
    ...forwardingRules(limits),
    ...routeHeaderRules(routes),
    ...spareRules(pools),
    // Refusals may take out at most half of the servers that pass their checks: beyond that they say more about the
    // network than about the servers.
    `  http-request set-var(txn.checked) var(txn.pool),concat(${CHECKED}),nbsrv`,
    "  http-request set-var(txn.spare) var(txn.pool),nbsrv,mul(2),sub(txn.checked)",
    ...minimumRules(pools),
    ...failOpenRules(pools),
    `  use_backend %[var(txn.pool),concat(${CHECKED})] if { var(txn.spare) -m int lt 0 }`,
    "  use_backend %[var(txn.pool)]",
  ];
}
