import type { NodePlan } from "../../model/plan";
import * as defaults from "../defaults";
import { FILES } from "../configuration";

/**
 * The configuration of the front: one address that passes connections on to both balancers of a pair, as a health-checked
 * name would, and tells them who the client is. `{port}` and `{directory}` are filled in where it is started; where the balancers
 * end TLS of clients, or pass connections on, `{port:page}`, `{port:https}` and `{port:passthrough}`.
 *
 * @param nodes The balancers of the pair.
 * @param address IP address that it listens on.
 * @param maxConnections Most connections of clients at once.
 */
export function renderFront(nodes: readonly NodePlan[], address: string, maxConnections: number): string {
  const https = nodes.every((node) => node.https?.frontSocket !== undefined);
  const passed = nodes.every((node) => node.passthrough?.frontSocket !== undefined);
  const lines = [
    "# Written by Evenkeel. Stands for a health-checked name: both balancers' addresses, less the one that fails its check.",
    "global",
    // The new worker takes the listening sockets over from the old one, should a port come or go.
    `  stats socket "{directory}/${FILES.admin}" mode 600 level admin expose-fd listeners`,
    `  hard-stop-after ${defaults.LONGEST_TUNNEL_TIMEOUT}`,
    `  mworker-max-reloads ${defaults.MAX_OLD_WORKERS}`,
    `  maxconn ${maxConnections}`,
    "  noreuseport",
    "defaults",
    "  mode tcp",
    "  timeout connect 1s",
    // It is for the balancers to end what is idle.
    `  timeout client ${defaults.LONGEST_TUNNEL_TIMEOUT}`,
    `  timeout server ${defaults.LONGEST_TUNNEL_TIMEOUT}`,
    // A refused connection is tried at the other balancer at once, as a client with both addresses does.
    "  option redispatch 1",
    "  retries 2",
    ...(https
      ? [
          // A balancer that sends a client to HTTPS is told the port with the connection: only here it is known.
          ...passing("page", "page", nodes, address, ({ frontSocket }) => frontSocket, " proxy-v2-options unique-id"),
          ...passing("https", "https", nodes, address, (node) => node.https?.frontSocket),
        ]
      : passing("page", passed ? "page" : undefined, nodes, address, ({ frontSocket }) => frontSocket)),
    ...(passed ? passing("passthrough", "passthrough", nodes, address, (node) => node.passthrough?.frontSocket) : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** What passes the connections of one port on. */
function passing(
  name: string,
  port: string | undefined,
  nodes: readonly NodePlan[],
  address: string,
  socketOf: (node: NodePlan) => string | undefined,
  words = "",
): string[] {
  const backend = name === "page" ? "pair" : `pair-${name}`;
  const server = (node: NodePlan, known = ""): string =>
    `  server ${known}${node.role} "unix@${socketOf(node) ?? ""}" send-proxy-v2${words}`;
  return [
    `frontend ${name}`,
    `  bind ${address}:${port === undefined ? "{port}" : `{port:${port}}`}`,
    ...(words === "" ? [] : ["  unique-id-format :{port:https}"]),
    `  default_backend ${backend}`,
    `backend ${backend}`,
    "  balance roundrobin",
    "  option httpchk",
    `  http-check send meth GET uri ${defaults.BALANCER_HEALTH_PATH}`,
    ...nodes.map(
      (node) =>
        `${server(node)} check inter ${defaults.FRONT_INTERVAL} fastinter 250ms fall 2 rise 2` +
        ` addr ${node.health.address} port ${node.health.port} observe layer4 error-limit 1 on-error mark-down`,
    ),
    // A name whose addresses all fail their check answers with all of them; and a connection that the last one refused is tried at
    // the other, which may be back though no check says so yet.
    "  option allbackups",
    ...nodes.map((node) => `${server(node, "any-")} backup`),
  ];
}
