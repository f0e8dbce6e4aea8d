import { Duration } from "../../model/duration";
import { type NodePlan, type Plan, type PoolPlan, poolsFor, type ServerPlan } from "../../model/plan";
import type { PassthroughRoute } from "../../model/routing/passthrough";
import { FILES } from "../configuration";
import * as defaults from "../defaults";
import { countRules, ejectionRules } from "./ejection";
import { failOpenRules } from "./all-down";
import { queuedOf } from "./capacity";
import { connectionRules, refusedConnectionRules } from "./limits";
import { closingRules } from "./maintenance";

/** The table in which a balancer notes where a rollout's connections would go. */
export const PROBES = "passthrough.probes";
/** What stands in it between a name and its pool; instead of a name that was not asked for, and of a pool that there is not, is nothing. */
export const LEADS_TO = ">";
/** Number of the socket on which a rollout asks. */
const PROBE_SOCKET = 1_000_000;
const IS_PROBE = `{ so_id ${PROBE_SOCKET} }`;

/** The frontend of connections that are passed on: TLS is not ended, only the name that it asks for is read. */
export function passthroughSection(node: NodePlan, plan: Plan): string[] {
  const { passthrough: listener, ipv6, maxConnections, directory } = node;
  const { passthrough, limits } = plan;
  if (listener === undefined || passthrough === undefined) return [];
  const pools = poolsFor(plan, "tcp");
  const nameWithin = limits === undefined ? defaults.REQUEST_TIMEOUT : Duration.parse(limits.requestTimeout);
  const isNamed = passthrough.some(({ sni }) => sni !== undefined);
  return [
    "frontend passthrough",
    "  mode tcp",
    "  no option idle-close-on-response",
    `  bind ${listener.address}:${listener.port}`,
    ...(ipv6 === true ? [`  bind :::${listener.port} v6only`] : []),
    ...(listener.frontSocket === undefined ? [] : [`  bind "unix@${listener.frontSocket}" mode 600 accept-proxy`]),
    ...(isNamed ? [`  bind "unix@${directory}/${FILES.passthrough}" mode 600 id ${PROBE_SOCKET}`] : []),
    `  maxconn ${maxConnections}`,
    ...refusedConnectionRules(limits, isNamed ? IS_PROBE : undefined),
    ...connectionRules(limits, "site"),
    // Of a client that waits for the server to speak first, nothing is waited for but where a name is needed.
    ...(isNamed ? [`  tcp-request inspect-delay ${nameWithin}`] : []),
    ...passthrough.map(
      (route) => `  tcp-request content set-var(txn.pool) str(${route.pool}) if !{ var(txn.pool) -m found }${condition(route)}`,
    ),
    ...(isNamed ? probeRules() : []),
    "  tcp-request content reject unless { var(txn.pool) -m found }",
    ...closingRules(pools),
    ...countRules(pools, "tcp-request content"),
    ...failOpenRules(pools),
    ...ejectionRules(pools, node),
    "  use_backend %[var(txn.pool)]",
    ...(isNamed ? [`backend ${PROBES}`, "  stick-table type string len 300 size 1k expire 1m store gpt0"] : []),
  ];
}

/** A rollout's connection is noted with the pool that it would have got, and closed: a balancer has no word of its own to say in it. */
function probeRules(): string[] {
  return [
    `  tcp-request content set-var(txn.name) str() if ${IS_PROBE}`,
    `  tcp-request content set-var(txn.name) req.ssl_sni,lower if ${IS_PROBE} { req.ssl_sni -m found }`,
    `  tcp-request content track-sc0 var(txn.name),concat(${LEADS_TO},txn.pool) table ${PROBES} if ${IS_PROBE}`,
    `  tcp-request content reject if ${IS_PROBE}`,
  ];
}

/** What the backends of a pool say beside their servers, where it gets connections. */
export function tcpLines({ capacity }: PoolPlan, backend: string): string[] {
  return [
    "  mode tcp",
    // A connection that was made has begun: only one that was not is tried at another server.
    "  retry-on conn-failure",
    ...(capacity === undefined
      ? []
      : [
          `  timeout queue ${Duration.parse(capacity.queue)}`,
          `  tcp-request content reject if { avg_queue(${backend}) gt ${queuedOf(capacity)} }`,
        ]),
  ];
}

/** What a server's line says of whom it is told its clients by. */
export function proxyWords(sendProxy: ServerPlan["sendProxy"]): string {
  if (sendProxy === undefined) return "";
  return ` send-proxy${sendProxy === "v2" ? "-v2" : ""} check-send-proxy`;
}

function condition({ sni }: PassthroughRoute): string {
  if (sni === undefined) return "";
  return ` { req.ssl_sni,lower ${sni.startsWith("*.") ? "-m end" : "-m str"} ${sni.replace(/^\*/, "").toLowerCase()} }`;
}
