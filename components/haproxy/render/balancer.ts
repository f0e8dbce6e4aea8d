import { Duration } from "../../model/duration";
import type { Limits } from "../../model/limits/limits";
import { type NodePlan, type Plan, type PoolPlan, sortedEntries } from "../../model/plan";
import { backendsOf } from "../backend-names";
import { type Configuration, globalSection, withDescription } from "../configuration";
import * as defaults from "../defaults";
import { httpsGlobals } from "./https";
import { METRICS_CONNECTIONS, metricsSection } from "./metrics";
import { CALLS_AT_ONCE, callsSection, isCalled, peersGlobal, peersSection } from "./peers";
import { poolSections } from "./pool";
import { passthroughSection } from "./tcp";
import { siteSection } from "./site";

/** The configuration of one balancer. Pure and deterministic: the same arguments give the same text. */
export function renderBalancer(plan: Plan, node: NodePlan): Configuration {
  const pools = sortedEntries(plan.pools);
  const reserved = (plan.metrics === undefined ? 0 : METRICS_CONNECTIONS) + (isCalled(node, plan) ? CALLS_AT_ONCE : 0);
  const global = [
    ...globalSection(node.directory, node.maxConnections + reserved, plan.longestConnection),
    ...peersGlobal(plan.limits, node),
    ...(plan.tls === undefined ? [] : ["  ssl-default-server-options ssl-min-ver TLSv1.3"]),
    ...httpsGlobals(node, plan),
  ];
  const body = [
    ...peersSection(node, plan),
    ...defaultsSection(plan.limits),
    ...siteSection(node, plan),
    ...passthroughSection(node, plan),
    ...healthSection(node, pools),
    ...metricsSection(plan.metrics, node),
    ...callsSection(node, plan),
    ...pools.flatMap(([name, pool]) => poolSections(name, pool, node, plan.tls)),
  ];
  return withDescription(global, body, `${plan.site} ${node.role}`);
}

/** What a balancer node runs before its first rollout, or after maintenance: alive, but serving nothing. */
export function renderIdle(directory: string, connections: number): string {
  return withDescription(globalSection(directory, connections, "1m"), [], "idle").text;
}

function defaultsSection(limits: Limits | undefined): string[] {
  const { clientTimeout, requestTimeout } = limits ?? {};
  return [
    "defaults",
    "  mode http",
    "  load-server-state-from-file global",
    `  timeout connect ${defaults.CONNECT_TIMEOUT}`,
    `  timeout client ${clientTimeout === undefined ? defaults.CLIENT_TIMEOUT : Duration.parse(clientTimeout)}`,
    `  timeout queue ${defaults.QUEUE_TIMEOUT}`,
    `  timeout http-request ${requestTimeout === undefined ? defaults.REQUEST_TIMEOUT : Duration.parse(requestTimeout)}`,
    `  timeout http-keep-alive ${defaults.KEEP_ALIVE_TIMEOUT}`,
    `  timeout tunnel ${defaults.TUNNEL_TIMEOUT}`,
    // Without this a reload races idle connections: the client's next request dies with the old worker.
    "  option idle-close-on-response",
    // Without this a dead server is tried again and again, and then the client gets a 503.
    "  option redispatch 1",
    `  retries ${defaults.RETRIES}`,
    `  retry-on ${defaults.RETRY_ON.join(" ")}`,
    // New requests stay away from a hung or slow server.
    "  balance leastconn",
  ];
}

function healthSection({ health: { address, port }, ipv6 }: NodePlan, pools: [string, PoolPlan][]): string[] {
  const ok = "  http-request return status 200 content-type text/plain string ok";
  // The page of a pool that is out is an answer too, which a balancer can always give; a tcp pool has none.
  const answers = pools.some(([, { page, protocol }]) => page !== undefined && protocol !== "tcp")
    ? [ok]
    : [
        // A line each, for HAProxy takes no more than 64 words in one.
        ...pools.map(([name]) => `${ok} if { nbsrv(${backendsOf(name).checkedOnly}) gt 0 }`),
        '  http-request return status 503 content-type text/plain string "no server is up"',
      ];
  return [
    "frontend health",
    `  bind ${address}:${port}`,
    ...(ipv6 === true ? [`  bind :::${port} v6only`] : []),
    `  maxconn ${defaults.RESERVED_CONNECTIONS}`,
    `  http-request deny deny_status 404 unless { path ${defaults.BALANCER_HEALTH_PATH} }`,
    ...answers,
  ];
}
