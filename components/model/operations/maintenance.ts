import { type PlannedServer, plannedServers } from "../plan";
import { type Problem, suggestion } from "../problem";
import type { BalancerRole, Stack } from "../stack";

/** What may be declared out, by the keys of an entry. */
const KINDS = ["balancer", "server", "dataCenter", "pool"] as const;
/** What there is of each, in words. */
const WORDS = { server: "servers", dataCenter: "data centers", pool: "pools" } as const;

/** What is declared out, by name. */
export interface Out {
  /** Balancers: each gets no traffic and no rollout, and blocks none. */
  readonly balancers: ReadonlySet<BalancerRole>;
  /** Web servers: each finishes what it has and gets no more. */
  readonly servers: ReadonlySet<string>;
  /** Pools: requests to each get a page. Its servers stand, and those of {@link servers} are not said for it. */
  readonly pools: ReadonlySet<string>;
}

/** What a stack declares out: its balancers and servers, and those of each data center that is out. */
export function outOf({ maintenance, loadBalancers, pools }: Pick<Stack, "maintenance" | "loadBalancers" | "pools">): Out {
  const places = new Set(maintenance.flatMap(({ dataCenter }) => dataCenter ?? []));
  const balancers = new Set(maintenance.flatMap(({ balancer }) => balancer ?? []));
  const servers = new Set(maintenance.flatMap(({ server }) => server ?? []));
  for (const role of ["primary", "secondary"] as const) if (places.has(loadBalancers[role].in)) balancers.add(role);
  for (const { name, dataCenter } of plannedServers(pools)) if (places.has(dataCenter)) servers.add(name);
  return { balancers, servers, pools: new Set(maintenance.flatMap(({ pool }) => pool ?? [])) };
}

/** What of a stack is faulty by itself. */
export interface Doubts {
  /** Whether something is wrong with a part already, so that nothing is said of what it lacks. */
  readonly isFaulty: (path: string) => boolean;
  /** Whether what says how many servers a pool has is faulty. */
  readonly isUncertain: (pool: string) => boolean;
}

/**
 * The problems of what a stack declares out: nothing of that name, or nobody left to serve.
 *
 * @param poolsAtMost The pools with the servers that they have only now and then, which may be named too.
 */
export function maintenanceProblems(
  stack: Pick<Stack, "maintenance" | "loadBalancers" | "pools" | "dataCenters">,
  poolsAtMost: Stack["pools"] = stack.pools,
  { isFaulty, isUncertain }: Doubts = { isFaulty: () => false, isUncertain: () => false },
): Problem[] {
  const { maintenance, pools, dataCenters } = stack;
  const planned = plannedServers(pools);
  const known = {
    server: plannedServers(poolsAtMost).map(({ name }) => name),
    dataCenter: Object.keys(dataCenters),
    pool: Object.keys(pools),
  };
  const problems = maintenance.flatMap((entry, i): Problem[] => {
    const at = `maintenance[${i}]`;
    const named = KINDS.filter((key) => entry[key] !== undefined);
    if (named.length > 1 || (named.length === 0 && !isFaulty(at)))
      return [
        {
          path: at,
          message: `names ${named.length === 0 ? "nothing" : named.join(" and ")}, but must name one of: ${KINDS.join(", ")}`,
        },
      ];
    return (["server", "dataCenter", "pool"] as const).flatMap((key) => {
      const name = entry[key];
      if (name === undefined || known[key].includes(name)) return [];
      if (key === "server" && Object.keys(pools).some((pool) => name.startsWith(`${pool}-`) && isUncertain(pool))) return [];
      return [
        {
          path: `${at}.${key}`,
          message: `is ${name}, which is not one of the ${WORDS[key]}: ${few(known[key])}${suggestion(name, known[key])}`,
        },
      ];
    });
  });
  const { balancers, servers, pools: outPools } = outOf(stack);
  if (balancers.size > 1)
    problems.push({ path: "maintenance", message: "declares both load balancers out; one of them must carry the site" });
  const isLeft =
    (pool: string) =>
    ({ pool: of, name }: PlannedServer): boolean =>
      of === pool && !servers.has(name);
  for (const pool of Object.keys(pools)) {
    if (!outPools.has(pool) && planned.some((server) => server.pool === pool) && !planned.some(isLeft(pool))) {
      problems.push({ path: "maintenance", message: `declares every server of the pool ${pool} out; one of them must serve` });
    }
  }
  return problems;
}

/**
 * What maintenance leaves too little of: the share of servers that are out moves to those of their pool that stay, and those must be as
 * many as the pool needs. What a server can carry is not known, so that is what the pool states (`minimumInMaintenance`), or half of its servers: beyond
 * that each that stays would have more than twice its share.
 */
export function maintenanceWarnings(stack: Pick<Stack, "maintenance" | "loadBalancers" | "pools">): string[] {
  const { servers, pools: outPools } = outOf(stack);
  return Object.entries(stack.pools).flatMap(([pool, settings]) => {
    const all = plannedServers({ [pool]: settings });
    const left = all.filter(({ name }) => !servers.has(name)).length;
    const needed = settings.minimumInMaintenance ?? Math.ceil(all.length / 2);
    if (outPools.has(pool) || left === all.length || left >= needed) return [];
    const why = settings.minimumInMaintenance === undefined ? "half of them" : `pools.${pool}.minimumInMaintenance`;
    const share = Number((all.length / left).toFixed(1));
    return [
      `maintenance leaves the pool ${pool} ${left} of its ${all.length} servers, and it needs ${needed} (${why}): each has ${share} times its share meanwhile`,
    ];
  });
}

function few(names: readonly string[]): string {
  return names.length <= 8 ? names.join(", ") : `${names.slice(0, 7).join(", ")} and ${names.length - 7} more`;
}
