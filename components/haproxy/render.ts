import { Duration } from "../model/duration";
import { checkTimings, type HealthCheck } from "../model/health-check";
import { type NodePlan, type Plan, type PoolPlan, type ServerPlan, sortedEntries } from "../model/plan";
import { isPrefix, isWildcard, type Route } from "../model/route";
import { type Configuration, globalSection, withDescription } from "./configuration";
import { type Credentials, credentialWords } from "./credentials";
import * as defaults from "./defaults";

/** Header by which a rollout asks a balancer, on its own machine, which pool a request is given. */
export const PROBE_HEADER = "x-evenkeel-probe";
/** What the name of a pool's second backend ends with. */
const CHECKED = ".checked";

/** The backends of a pool: requests go to the first, unless refusals took out more than half of the servers that pass their checks. */
export function backendsOf(pool: string): { readonly main: string; readonly checkedOnly: string } {
  return { main: pool, checkedOnly: `${pool}${CHECKED}` };
}

/** The configuration of one balancer. Pure and deterministic: the same arguments give the same text. */
export function renderBalancer(plan: Plan, node: NodePlan): Configuration {
  const pools = sortedEntries(plan.pools);
  const global = [
    ...globalSection(node.directory, node.maxConnections, plan.longestConnection),
    ...(plan.tls === undefined ? [] : ["  ssl-default-server-options ssl-min-ver TLSv1.3"]),
  ];
  const body = [
    ...defaultsSection(),
    ...siteSection(node, plan.routes),
    ...healthSection(node, pools),
    ...pools.flatMap(([name, pool]) => poolSections(name, pool, node, plan.tls)),
  ];
  return withDescription(global, body, `${plan.site} ${node.role}`);
}

/** What a balancer node runs before its first rollout, or after maintenance: alive, but serving nothing. */
export function renderIdle(directory: string, connections: number): string {
  return withDescription(globalSection(directory, connections, "1m"), [], "idle").text;
}

function defaultsSection(): string[] {
  return [
    "defaults",
    "  mode http",
    "  load-server-state-from-file global",
    `  timeout connect ${defaults.CONNECT_TIMEOUT}`,
    `  timeout client ${defaults.CLIENT_TIMEOUT}`,
    `  timeout queue ${defaults.QUEUE_TIMEOUT}`,
    `  timeout http-request ${defaults.REQUEST_TIMEOUT}`,
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

function siteSection(node: NodePlan, routes: readonly Route[]): string[] {
  return [
    "frontend site",
    `  bind ${node.site.address}:${node.site.port}`,
    ...(node.ipv6 === true ? [`  bind :::${node.site.port} v6only`] : []),
    ...(node.frontSocket === undefined ? [] : [`  bind "unix@${node.frontSocket}" mode 600 accept-proxy`]),
    `  maxconn ${node.maxConnections}`,
    ...routes.map(
      (route) => `  http-request set-var(txn.pool) str(${route.pool}) if !{ var(txn.pool) -m found }${conditions(route)}`,
    ),
    // A rollout asks here which pool a request would be given, before the other balancer gets the same configuration.
    `  http-request return status 200 content-type text/plain lf-string %[var(txn.pool)] if { src 127.0.0.0/8 ::1 } { req.hdr(${PROBE_HEADER}) -m found }`,
    ...defaults.FORWARDING_HEADERS.map((header) => `  http-request del-header ${header}`),
    "  http-request set-header X-Forwarded-For %[src]",
    "  http-request set-header X-Forwarded-Proto http",
    // Refusals may take out at most half of the servers that pass their checks: beyond that they say more about the
    // network than about the servers.
    `  http-request set-var(txn.checked) var(txn.pool),concat(${CHECKED}),nbsrv`,
    "  http-request set-var(txn.spare) var(txn.pool),nbsrv,mul(2),sub(txn.checked)",
    `  use_backend %[var(txn.pool),concat(${CHECKED})] if { var(txn.spare) -m int lt 0 }`,
    "  use_backend %[var(txn.pool)]",
  ];
}

/** The conditions of a route, all of which must hold. */
function conditions({ host, path, cookie }: Route): string {
  const name =
    host === undefined
      ? []
      : [`req.hdr(host),field(1,:),lower ${isWildcard(host) ? "-m end" : "-m str"} ${host.replace(/^\*/, "").toLowerCase()}`];
  const where = path === undefined ? [] : [isPrefix(path) ? `path,concat(/) -m beg ${path.slice(0, -1)}` : `path -m str ${path}`];
  const cookies = sortedEntries(cookie ?? {}).map(([key, value]) => `req.cook(${key}) -m str ${value}`);
  return [...name, ...where, ...cookies].map((condition) => ` { ${condition} }`).join("");
}

function healthSection({ health: { address, port }, ipv6 }: NodePlan, pools: [string, PoolPlan][]): string[] {
  const serving = pools.map(([name]) => `{ nbsrv(${backendsOf(name).checkedOnly}) gt 0 }`).join(" || ");
  return [
    "frontend health",
    `  bind ${address}:${port}`,
    ...(ipv6 === true ? [`  bind :::${port} v6only`] : []),
    `  maxconn ${defaults.RESERVED_CONNECTIONS}`,
    `  http-request deny deny_status 404 unless { path ${defaults.BALANCER_HEALTH_PATH} }`,
    `  http-request return status 200 content-type text/plain string ok if ${serving}`,
    '  http-request return status 503 content-type text/plain string "no server is up"',
  ];
}

function poolSections(name: string, pool: PoolPlan, node: NodePlan, tls: Credentials | undefined): string[] {
  const { main, checkedOnly } = backendsOf(name);
  const servers = sortedEntries(pool.servers);
  const observe = ` observe layer4 error-limit ${defaults.REFUSALS_UNTIL_OUT} on-error mark-down`;
  const words = tls === undefined ? "" : credentialWords(tls, node.directory);
  const encryption = ({ certifiedName }: ServerPlan): string =>
    certifiedName === undefined ? "" : ` ${words} verifyhost ${certifiedName}`;
  // Only Linux has it, which every machine of a cloud runs.
  const unacknowledged = node.remote === undefined ? "" : ` tcp-ut ${defaults.UNACKNOWLEDGED_WITHIN}`;
  const backend = (title: string, extra: string): string[] => [
    `backend ${title}`,
    `  timeout server ${Duration.parse(pool.responseTimeout)}`,
    ...checkRequest(pool.healthCheck),
    `  http-request disable-l7-retry unless { method ${defaults.SAFE_METHODS.join(" ")} }`,
    ...servers.map(([server, plan]) =>
      serverLine(server, plan, pool, node.dataCenter, encryption(plan) + unacknowledged + extra),
    ),
  ];
  return [...backend(main, observe), ...backend(checkedOnly, "")];
}

function checkRequest({ path, host, timeout }: HealthCheck): string[] {
  return [
    ...(timeout === undefined ? [] : [`  timeout check ${Duration.parse(timeout)}`]),
    "  option httpchk",
    `  http-check send meth GET uri ${path}${host === undefined ? "" : ` ver HTTP/1.1 hdr Host ${host}`}`,
    "  http-check expect status 200-399",
  ];
}

function serverLine(name: string, server: ServerPlan, pool: PoolPlan, here: string, extra: string): string {
  const timings = checkTimings(pool.healthCheck, server.dataCenter === here ? "near" : "far");
  const slowStart = Duration.parse(pool.slowStart);
  return (
    `  server ${name} ${server.address}:${server.port} check inter ${timings.interval} fastinter ${timings.fastInterval}` +
    ` fall ${timings.fall} rise ${pool.healthCheck.rise}${slowStart.milliseconds === 0 ? "" : ` slowstart ${slowStart}`}${extra}`
  );
}
