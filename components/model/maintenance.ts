import { type PlannedServer, plannedServers } from "./plan";
import { type Problem, suggestion } from "./problem";
import type { BalancerRole, Stack } from "./stack";

/** What is declared out, by name. */
export interface Out {
  /** Balancers: each gets no traffic and no rollout, and blocks none. */
  readonly balancers: ReadonlySet<BalancerRole>;
  /** Web servers: each finishes what it has and gets no more. */
  readonly servers: ReadonlySet<string>;
}

/** What a stack declares out: its balancers and servers, and those of each data center that is out. */
export function outOf({ maintenance, loadBalancers, pools }: Pick<Stack, "maintenance" | "loadBalancers" | "pools">): Out {
  const places = new Set(maintenance.flatMap(({ dataCenter }) => dataCenter ?? []));
  const balancers = new Set(maintenance.flatMap(({ balancer }) => balancer ?? []));
  const servers = new Set(maintenance.flatMap(({ server }) => server ?? []));
  for (const role of ["primary", "secondary"] as const) if (places.has(loadBalancers[role].in)) balancers.add(role);
  for (const { name, dataCenter } of plannedServers(pools)) if (places.has(dataCenter)) servers.add(name);
  return { balancers, servers };
}

/**
 * The problems of what a stack declares out: nothing of that name, or nobody left to serve.
 *
 * @param poolsAtMost The pools with the servers that they have only now and then, which may be named too.
 */
export function maintenanceProblems(
  stack: Pick<Stack, "maintenance" | "loadBalancers" | "pools" | "dataCenters">,
  poolsAtMost: Stack["pools"] = stack.pools,
): Problem[] {
  const { maintenance, pools, dataCenters } = stack;
  const planned = plannedServers(pools);
  const known = { server: plannedServers(poolsAtMost).map(({ name }) => name), dataCenter: Object.keys(dataCenters) };
  const problems = maintenance.flatMap((entry, i): Problem[] => {
    const at = `maintenance[${i}]`;
    const named = (["balancer", "server", "dataCenter"] as const).filter((key) => entry[key] !== undefined);
    if (named.length !== 1)
      return [
        {
          path: at,
          message: `names ${named.length === 0 ? "nothing" : named.join(" and ")}, but must name one of: balancer, server, dataCenter`,
        },
      ];
    return (["server", "dataCenter"] as const).flatMap((key) => {
      const name = entry[key];
      if (name === undefined || known[key].includes(name)) return [];
      const what = key === "server" ? "servers" : "data centers";
      return [
        {
          path: `${at}.${key}`,
          message: `is ${name}, which is not one of the ${what}: ${few(known[key])}${suggestion(name, known[key])}`,
        },
      ];
    });
  });
  const { balancers, servers } = outOf(stack);
  if (balancers.size > 1)
    problems.push({ path: "maintenance", message: "declares both load balancers out; one of them must carry the site" });
  const isLeft =
    (pool: string) =>
    ({ pool: of, name }: PlannedServer): boolean =>
      of === pool && !servers.has(name);
  for (const pool of Object.keys(pools)) {
    if (planned.some((server) => server.pool === pool) && !planned.some(isLeft(pool))) {
      problems.push({ path: "maintenance", message: `declares every server of the pool ${pool} out; one of them must serve` });
    }
  }
  return problems;
}

function few(names: readonly string[]): string {
  return names.length <= 8 ? names.join(", ") : `${names.slice(0, 7).join(", ")} and ${names.length - 7} more`;
}
