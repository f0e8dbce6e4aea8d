import { usedFor } from "../network/balancer-ports";
import { isCloud } from "../clouds/data-center";
import type { FailoverSettings } from "../network/failover";
import type { Metrics } from "../observability/metrics";
import { isTcp, type PassthroughSettings } from "./passthrough";
import type { PoolSettings } from "../pools/pool";
import { type Problem, suggestion } from "../problem";
import type { Stack } from "../stack";

/** What only a pool that gets requests can say, and why one that gets connections can't. */
const FOR_REQUESTS = {
  affinity: "a tcp connection has no cookie",
  outlierDetection: "the balancers see no answers of a tcp pool's servers",
  minimumHealthy: "only requests leave a data center out",
  maintenancePage: "the balancers have no page for tcp connections, and close them while the pool is out",
} as const satisfies Partial<Record<keyof PoolSettings, string>>;

/**
 * The problems of tcp pools and of the connections to them, where they are held against the other sections.
 *
 * @param isFaulty Whether something is wrong with a part already, so that nothing is said of what it lacks.
 */
export function passthroughProblems(
  settings: PassthroughSettings | undefined,
  { pools = {}, dataCenters = {}, failover, metrics }: Partial<Pick<Stack, "pools" | "dataCenters" | "failover" | "metrics">>,
  isFaulty: (path: string) => boolean = () => false,
): Problem[] {
  const problems = poolsProblems(settings, pools, isFaulty);
  if (settings === undefined) return problems;
  const inClouds = Object.values(dataCenters).some(({ provider }) => isCloud(provider));
  const ports = inClouds ? portProblemsInClouds(settings, metrics) : portProblems(settings, failover);
  return [...problems, ...ports, ...routesProblems(settings, pools)];
}

function poolsProblems(
  settings: PassthroughSettings | undefined,
  pools: Stack["pools"],
  isFaulty: (path: string) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  const led = new Set(settings?.routes.map(({ pool }) => pool));
  for (const [pool, stated] of Object.entries(pools)) {
    const { sendProxy, healthCheck, whenAllDown = {} } = stated;
    const at = `pools.${pool}`;
    if (!isTcp(stated)) {
      if (sendProxy !== undefined)
        problems.push({ path: `${at}.sendProxy`, message: `is ${sendProxy}, but is for protocol tcp` });
      if (isTcp(pools[whenAllDown.pool ?? ""] ?? {}))
        problems.push({
          path: `${at}.whenAllDown.pool`,
          message: `is ${whenAllDown.pool ?? ""}, whose protocol is tcp: it gets connections, not requests`,
        });
      continue;
    }
    if (!led.has(pool) && !isFaulty("passthrough.routes"))
      problems.push({ path: `${at}.protocol`, message: "is tcp, but no route of passthrough leads to it" });
    for (const [key, why] of Object.entries(FOR_REQUESTS))
      if (stated[key as keyof typeof FOR_REQUESTS] !== undefined)
        problems.push({ path: `${at}.${key}`, message: `is for protocol http; ${why}` });
    for (const key of ["page", "pool"] as const)
      if (whenAllDown[key] !== undefined)
        problems.push({
          path: `${at}.whenAllDown.${key}`,
          message:
            "is for protocol http; a tcp pool may have all of its own servers asked (servers: all), or connections are closed",
        });
    if (sendProxy !== undefined && (healthCheck.type ?? "tcp") !== "tcp")
      problems.push({
        path: `${at}.healthCheck.type`,
        message: `is ${healthCheck.type ?? ""}, but a server that is told of its clients by sendProxy can only be connected to: tcp`,
      });
  }
  const all = Object.values(pools);
  if (all.length > 0 && all.every(isTcp))
    problems.push({ path: "pools", message: "has tcp pools only; a site needs one with protocol http" });
  return problems;
}

/** A port that the front already has for something else. */
function portProblems({ port }: PassthroughSettings, failover: FailoverSettings | undefined): Problem[] {
  return (["port", "httpsPort"] as const)
    .filter((key) => failover?.[key] === port)
    .map((key) => ({
      path: "passthrough.port",
      message: `is ${port}, which is failover.${key} already; it needs a port of its own`,
    }));
}

/** A port that the balancers' machines already have for something else. */
function portProblemsInClouds({ port }: PassthroughSettings, metrics: Metrics | undefined): Problem[] {
  const taken = metrics?.enabled === true && metrics.port === port ? "metrics" : usedFor(port);
  if (taken === undefined) return [];
  return [
    { path: "passthrough.port", message: `is ${port}, which balancers in clouds have for ${taken}; it needs a port of its own` },
  ];
}

function routesProblems({ routes }: PassthroughSettings, pools: Stack["pools"]): Problem[] {
  const tcp = Object.keys(pools).filter((pool) => isTcp(pools[pool] ?? {}));
  return routes.flatMap(({ pool, sni }, i): Problem[] => {
    const at = `passthrough.routes[${i}]`;
    const problems: Problem[] = [];
    if (!Object.hasOwn(pools, pool))
      problems.push({
        path: `${at}.pool`,
        message: `is ${pool}, which is not one of the tcp pools: ${tcp.join(", ")}${suggestion(pool, tcp)}`,
      });
    else if (!tcp.includes(pool)) problems.push({ path: `${at}.pool`, message: `is ${pool}, whose protocol is http` });
    const earlier = routes.findIndex((route, j) => j < i && covers(route.sni, sni));
    if (earlier !== -1)
      problems.push({
        path: at,
        message: `can never match: passthrough.routes[${earlier}] takes every connection that it would`,
      });
    return problems;
  });
}

/** Whether a name takes every connection that another would. */
function covers(earlier: string | undefined, later: string | undefined): boolean {
  if (earlier === undefined) return true;
  if (later === undefined) return false;
  const [left, right] = [earlier.toLowerCase(), later.toLowerCase()];
  return left === right || (left.startsWith("*.") && right.endsWith(left.slice(1)));
}
