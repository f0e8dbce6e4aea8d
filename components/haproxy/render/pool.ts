import { DEFAULT_WEIGHT } from "../../model/pools/balancing";
import { Duration } from "../../model/duration";
import type { HealthCheck } from "../../model/health-checks/health-check";
import { type NodePlan, type PoolPlan, type ServerPlan, sortedEntries } from "../../model/plan";
import { ALL, backendsOf, WITHOUT } from "../backend-names";
import { type Credentials, credentialWords } from "../credentials";
import * as defaults from "../defaults";
import { affinityLines, affinityWord } from "./affinity";
import { downPage } from "./all-down";
import { capacityLines, capacityWord } from "./capacity";
import { checkRequest, checkWords } from "./check";
import { minimaOf } from "./minimum";
import { outlierPort, outlierRules, outlierTable } from "./outliers";
import { proxyWords, tcpLines } from "./tcp";

/** The backends of one pool. */
export function poolSections(name: string, pool: PoolPlan, node: NodePlan, tls: Credentials | undefined): string[] {
  const { main, checkedOnly } = backendsOf(name);
  const servers = sortedEntries(pool.servers);
  const tcp = pool.protocol === "tcp";
  const slowStart = Duration.parse(pool.slowStart);
  const slowly = slowStart.milliseconds === 0 ? "" : ` slowstart ${slowStart}`;
  const words = tls === undefined ? "" : credentialWords(tls, node.directory);
  const encryption = ({ certifiedName }: ServerPlan): string =>
    certifiedName === undefined ? "" : ` ${words} verifyhost ${certifiedName}`;
  // Only Linux has it, which every machine of a cloud runs.
  const unacknowledged = node.remote === undefined ? "" : ` tcp-ut ${defaults.UNACKNOWLEDGED_WITHIN}`;
  const refused = ` observe layer4 error-limit ${defaults.REFUSALS_UNTIL_OUT} on-error mark-down`;
  /** One of them; `check` says how the state of each server is known, in the words that its line begins with. */
  const backend = (
    title: string,
    first: string[],
    check: (server: string, plan: ServerPlan) => string,
    left?: string,
  ): string[] => [
    `backend ${title}`,
    `  timeout server ${Duration.parse(pool.responseTimeout)}`,
    ...(pool.tunnelTimeout === undefined ? [] : [`  timeout tunnel ${Duration.parse(pool.tunnelTimeout)}`]),
    ...(pool.weights === undefined ? [] : [`  balance random(${defaults.DRAWS})`]),
    ...(tcp ? tcpLines(pool, title) : [...affinityLines(pool.affinity), ...capacityLines(pool.capacity, title)]),
    ...first,
    ...(tcp ? [] : [`  http-request disable-l7-retry unless { method ${defaults.SAFE_METHODS.join(" ")} }`]),
    ...servers
      .filter(([, { dataCenter }]) => dataCenter !== left)
      .map(
        ([server, plan]) =>
          `  server ${server} ${plan.address}:${plan.port}${check(server, plan)}${sharing(server, plan, pool)}${encryption(plan)}${unacknowledged}`,
      ),
  ];
  const checked = (_: string, { dataCenter, certifiedName }: ServerPlan): string =>
    ` ${checkWords(checkFrom(certifiedName, pool), dataCenter === node.dataCenter ? "near" : "far")}${slowly}`;
  const watched = (server: string, plan: ServerPlan): string => checked(server, plan) + refused;
  const tracked = (server: string): string => ` track ${checkedOnly}/${server}${slowly}`;
  const unchecked = (): string => "";
  const request = checkRequest(pool.healthCheck, outlierPort(name, pool));
  return [
    ...backend(main, [...request, ...downPage(name, pool), ...outlierRules(name, pool)], watched),
    ...outlierTable(name, pool),
    ...backend(checkedOnly, checkRequest(pool.healthCheck), checked),
    ...minimaOf(pool).flatMap(([left]) => backend(`${name}${WITHOUT}${left}`, [], tracked, left)),
    ...(pool.whenAllDown?.servers === "all" ? backend(`${name}${ALL}`, [], unchecked) : []),
  ];
}

/** What a balancer itself asks a server: within TLS there is no other handshake for HAProxy, and what ends TLS there makes it. */
function checkFrom(certifiedName: string | undefined, { healthCheck }: PoolPlan): HealthCheck {
  return certifiedName !== undefined && healthCheck.type === "tls" ? { ...healthCheck, type: "tcp" } : healthCheck;
}

/** What a server's line says of its share of the requests. */
function sharing(name: string, { dataCenter, sendProxy }: ServerPlan, pool: PoolPlan): string {
  const { weights, affinity, capacity } = pool;
  const weight =
    weights === undefined ? "" : ` weight ${Object.hasOwn(weights, dataCenter) ? weights[dataCenter] : DEFAULT_WEIGHT}`;
  return weight + affinityWord(affinity, name) + capacityWord(capacity) + proxyWords(sendProxy);
}
