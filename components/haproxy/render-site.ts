import type { NodePlan, Plan } from "../model/plan";
import { joinedRoutes } from "./joined-routes";
import { failOpenRules, spareRules } from "./render-all-down";
import { clientRules, forwardingRules } from "./render-forwarding";
import { challengeRules, forwardedProto, httpsBinds, httpsRules } from "./render-https";
import { connectionRules, requestRules } from "./render-limits";
import { logRules } from "./render-logs";
import { maintenanceRules } from "./render-maintenance";
import { minimumRules } from "./render-minimum";
import { DISTRUST, countRules } from "./render-refusals";
import { probeMark, routeHeaderRules, routeRules } from "./render-routes";

/** The frontend that clients speak to. */
export function siteSection(node: NodePlan, plan: Plan): string[] {
  const { limits, pools } = plan;
  const routes = joinedRoutes(plan.routes);
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
    ...forwardingRules(limits, forwardedProto(plan)),
    ...routeHeaderRules(routes),
    ...spareRules(pools),
    ...countRules(pools),
    ...minimumRules(pools),
    ...failOpenRules(pools),
    DISTRUST,
    "  use_backend %[var(txn.pool)]",
  ];
}
