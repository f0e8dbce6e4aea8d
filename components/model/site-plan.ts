import { outOf } from "./operations/maintenance";
import type { MaintenancePage } from "./operations/maintenance-page";
import { isUnlimited } from "./limits/limits";
import { type Plan, type PoolPlan, routesOf, type ServerPlan } from "./plan";
import { balancingOf } from "./pools/balancing";
import type { PoolSettings } from "./pools/pool";
import { checkOf } from "./routing/passthrough";
import type { ValidatedStack } from "./stack";
import { stated } from "./stated";

/** The parts of a plan that follow from deployed resources; everything else follows from the stack. */
export interface PlanParts extends Pick<Plan, "tls" | "https"> {
  /** The pools by name. */
  readonly pools: Readonly<Record<string, PoolPlan>>;
}

/** What is in maintenance in a pool. */
export interface PoolMaintenance {
  /** Names of the servers that get no requests. @default none */
  readonly out?: ReadonlySet<string> | undefined;
  /** The whole pool is in maintenance: the response to its requests. @default the pool serves */
  readonly page?: MaintenancePage | undefined;
}

/** The settings of a pool that its balancers need. */
type BalancedSettings = Omit<PoolSettings, "app" | "size" | "servers">;

/** Returns the plan of both balancers: the same function serves the component and programs that have no Pulumi engine. */
export function sitePlan(stack: ValidatedStack, { pools, tls, https }: PlanParts): Plan {
  const { site, rollout, limits, logs, metrics, passthrough } = stack;
  return {
    site: site.name,
    pools,
    routes: routesOf(stack),
    longestConnection: rollout.longestConnection,
    ...(isUnlimited(limits) ? {} : { limits }),
    ...(logs.access ? { logs: { query: logs.query } } : {}),
    ...(metrics.enabled ? { metrics } : {}),
    ...stated({ tls, https, passthrough: passthrough?.routes }),
  };
}

/**
 * Returns the plan of one pool.
 *
 * @param servers All of its servers by name, including those in maintenance.
 */
export function poolPlan(
  settings: BalancedSettings,
  servers: Readonly<Record<string, ServerPlan>>,
  { out, page }: PoolMaintenance,
): PoolPlan {
  const { protocol, responseTimeout, slowStart, outlierDetection, whenAllDown, minimumHealthy } = settings;
  return {
    healthCheck: checkOf(settings),
    responseTimeout,
    slowStart,
    ...stated({ outlierDetection, whenAllDown, minimumHealthy, page, protocol }),
    ...balancingOf(settings),
    servers: Object.fromEntries(Object.entries(servers).filter(([server]) => out?.has(server) !== true)),
  };
}

/** Returns what a stack declares out in one of its pools. */
export function maintenanceOf(stack: ValidatedStack, pool: string): PoolMaintenance {
  const { servers, pools } = outOf(stack);
  return {
    out: servers,
    page: pools.has(pool) ? (stack.pools[pool]?.maintenancePage ?? stack.maintenancePage) : undefined,
  };
}
