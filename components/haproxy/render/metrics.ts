import type { Metrics } from "../../model/observability/metrics";
import type { NodePlan } from "../../model/plan";
import { addressList } from "../address-list";

/** Path that metrics are asked for at. */
export const METRICS_PATH = "/metrics";
/** Connections kept for whoever asks for metrics, when clients have used up all others. */
export const METRICS_CONNECTIONS = 20;
/** The machine itself, which may always ask. */
const ITSELF = ["127.0.0.0/8", "::1"];

/** The frontend of metrics, for Prometheus. It has connections of its own; a stranger's is closed before it can say a word. */
export function metricsSection(metrics: Metrics | undefined, node: NodePlan): string[] {
  if (metrics === undefined) return [];
  const { from, port } = metrics;
  const { address, port: ownPort } = node.metrics ?? { address: from.length === 0 ? "127.0.0.1" : "0.0.0.0", port };
  return [
    "frontend metrics",
    `  bind ${address}:${ownPort}`,
    ...(node.ipv6 === true && from.some((block) => block.includes(":")) ? [`  bind :::${ownPort} v6only`] : []),
    `  maxconn ${METRICS_CONNECTIONS}`,
    ...addressList("welcome", [...ITSELF, ...from]),
    "  tcp-request connection reject unless welcome",
    `  http-request use-service prometheus-exporter if { path ${METRICS_PATH} }`,
    "  http-request deny deny_status 404",
  ];
}
