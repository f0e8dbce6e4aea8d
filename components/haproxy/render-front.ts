import type { NodePlan } from "../model/plan";
import * as defaults from "./defaults";
import { FILES } from "./configuration";

/**
 * The configuration of the front: one address that passes connections on to both balancers of a pair, as a health-checked
 * name would, and tells them who the client is. `{port}` and `{directory}` are filled in where it is started.
 *
 * @param nodes The balancers of the pair.
 * @param address IP address that it listens on.
 * @param maxConnections Most connections of clients at once.
 */
export function renderFront(nodes: readonly NodePlan[], address: string, maxConnections: number): string {
  const lines = [
    "# Written by Evenkeel. Stands for a health-checked name: both balancers' addresses, less the one that fails its check.",
    "global",
    `  stats socket "{directory}/${FILES.admin}" mode 600 level admin`,
    `  maxconn ${maxConnections}`,
    "  noreuseport",
    "defaults",
    "  mode tcp",
    "  timeout connect 1s",
    `  timeout client ${defaults.TUNNEL_TIMEOUT}`,
    `  timeout server ${defaults.TUNNEL_TIMEOUT}`,
    // A refused connection is tried at the other balancer at once, as a client with both addresses does.
    "  option redispatch 1",
    "  retries 2",
    "frontend page",
    `  bind ${address}:{port}`,
    // A name whose addresses all fail their check answers with all of them.
    "  use_backend anyone if { nbsrv(pair) eq 0 }",
    "  default_backend pair",
    "backend pair",
    "  balance roundrobin",
    "  option httpchk",
    `  http-check send meth GET uri ${defaults.BALANCER_HEALTH_PATH}`,
    ...nodes.map(
      ({ role, frontSocket, health }) =>
        `  server ${role} "unix@${frontSocket ?? ""}" send-proxy-v2 check inter ${defaults.FRONT_INTERVAL} fastinter 250ms fall 2 rise 2` +
        ` addr ${health.address} port ${health.port} observe layer4 error-limit 1 on-error mark-down`,
    ),
    "backend anyone",
    "  balance roundrobin",
    ...nodes.map(({ role, frontSocket }) => `  server ${role} "unix@${frontSocket ?? ""}" send-proxy-v2`),
  ];
  return `${lines.join("\n")}\n`;
}
