import { DEFAULT_WEIGHT } from "../model/balancing";
import { Duration } from "../model/duration";
import { checkTimings, type HealthCheck } from "../model/health-check";
import { type NodePlan, type PoolPlan, type ServerPlan, sortedEntries } from "../model/plan";
import { backendsOf } from "./backend-names";
import { type Credentials, credentialWords } from "./credentials";
import * as defaults from "./defaults";
import { affinityLines, affinityWord } from "./render-affinity";
import { capacityLines, capacityWord } from "./render-capacity";

/** The backends of one pool. */
export function poolSections(name: string, pool: PoolPlan, node: NodePlan, tls: Credentials | undefined): string[] {
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
    ...(pool.tunnelTimeout === undefined ? [] : [`  timeout tunnel ${Duration.parse(pool.tunnelTimeout)}`]),
    ...(pool.weights === undefined ? [] : [`  balance random(${defaults.DRAWS})`]),
    ...affinityLines(pool.affinity),
    ...capacityLines(pool.capacity, title),
    ...checkRequest(pool.healthCheck),
    `  http-request disable-l7-retry unless { method ${defaults.SAFE_METHODS.join(" ")} }`,
    ...servers.map(([server, plan]) =>
      serverLine(server, plan, pool, node.dataCenter, sharing(server, plan, pool) + encryption(plan) + unacknowledged + extra),
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

/** What a server's line says of its share of the requests. */
function sharing(name: string, { dataCenter }: ServerPlan, { weights, affinity, capacity }: PoolPlan): string {
  const weight =
    weights === undefined ? "" : ` weight ${Object.hasOwn(weights, dataCenter) ? weights[dataCenter] : DEFAULT_WEIGHT}`;
  return weight + affinityWord(affinity, name) + capacityWord(capacity);
}

function serverLine(name: string, server: ServerPlan, pool: PoolPlan, here: string, extra: string): string {
  const timings = checkTimings(pool.healthCheck, server.dataCenter === here ? "near" : "far");
  const slowStart = Duration.parse(pool.slowStart);
  return (
    `  server ${name} ${server.address}:${server.port} check inter ${timings.interval} fastinter ${timings.fastInterval}` +
    ` fall ${timings.fall} rise ${pool.healthCheck.rise}${slowStart.milliseconds === 0 ? "" : ` slowstart ${slowStart}`}${extra}`
  );
}
