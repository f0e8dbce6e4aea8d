import { type NodePlan, type Plan, poolsFor } from "../../model/plan";
import { joinedRoutes } from "../joined-routes";
import { countRules, ejectionRules } from "./ejection";
import { failOpenRules, spareRules } from "./all-down";
import { clientRules, forwardingRules } from "./forwarding";
import { challengeRules, forwardedProto, httpsBinds, httpsRules } from "./https";
import { connectionRules, requestRules } from "./limits";
import { logRules } from "./logs";
import { maintenanceRules } from "./maintenance";
import { minimumRules } from "./minimum";
import { probeMark, routeHeaderRules, routeRules } from "./routes";

/** The frontend that clients speak to. */
export function siteSection(node: NodePlan, plan: Plan): string[] {
  const { limits } = plan;
  const pools = poolsFor(plan, "http");
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
    // The one that stands in may be declared out itself.
    ...spareRules(pools),
    ...maintenanceRules(pools),
    ...forwardingRules(limits, forwardedProto(plan)),
    ...routeHeaderRules(routes),
    ...countRules(pools),
    ...minimumRules(pools),
    ...failOpenRules(pools),
    ...ejectionRules(pools, node),
    "  use_backend %[var(txn.pool)]",
  ];
}
