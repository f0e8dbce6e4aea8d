import type { NodePlan, Plan } from "../model/plan";
import { CHECKED } from "./backend-names";
import * as defaults from "./defaults";
import { forwardedProto, httpsBinds, httpsRules } from "./render-https";
import { routeRules } from "./render-routes";

/** Header by which a rollout asks a balancer, on its own machine, which pool a request is given. */
export const PROBE_HEADER = "x-evenkeel-probe";
/** The frontend that clients speak to. */
export function siteSection(node: NodePlan, plan: Plan): string[] {
  const { routes } = plan;
  return [
    "frontend site",
    `  bind ${node.site.address}:${node.site.port}`,
    ...(node.ipv6 === true ? [`  bind :::${node.site.port} v6only`] : []),
    ...(node.frontSocket === undefined ? [] : [`  bind "unix@${node.frontSocket}" mode 600 accept-proxy`]),
    ...httpsBinds(node, plan),
    `  maxconn ${node.maxConnections}`,
    ...routeRules(routes),
    // A rollout asks here which pool a request would be given, before the other balancer gets the same configuration.
    `  http-request return status 200 content-type text/plain lf-string %[var(txn.pool)] if { src 127.0.0.0/8 ::1 } { req.hdr(${PROBE_HEADER}) -m found }`,
    ...httpsRules(node, plan),
    ...defaults.FORWARDING_HEADERS.map((header) => `  http-request del-header ${header}`),
    "  http-request set-header X-Forwarded-For %[src]",
    `  http-request set-header X-Forwarded-Proto ${forwardedProto(plan)}`,
    // Refusals may take out at most half of the servers that pass their checks: beyond that they say more about the
    // network than about the servers.
    `  http-request set-var(txn.checked) var(txn.pool),concat(${CHECKED}),nbsrv`,
    "  http-request set-var(txn.spare) var(txn.pool),nbsrv,mul(2),sub(txn.checked)",
    `  use_backend %[var(txn.pool),concat(${CHECKED})] if { var(txn.spare) -m int lt 0 }`,
    "  use_backend %[var(txn.pool)]",
  ];
}
