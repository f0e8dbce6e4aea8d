import { type Plan, type PlannedServer, plannedServers, type ServerPlan } from "../../../components/model/plan";
import { readStack } from "../../../components/model/read-stack";
import { maintenanceOf, type PlanParts, poolPlan, sitePlan } from "../../../components/model/site-plan";
import type { StackInput, ValidatedStack } from "../../../components/model/stack";
import { report } from "../../../components/model/problem";

/** Where a server is reached; its data center is the stack's. */
export type Reached = Omit<ServerPlan, "dataCenter">;

/** Returns a stack with its defaults. @throws Error with every problem of it. */
export function validStack(stated: StackInput): ValidatedStack {
  const { stack, problems } = readStack(stated);
  if (stack === undefined) throw new Error(report("The stack", problems));
  return stack;
}

/** Returns the plan of both balancers, as the component makes it, without a Pulumi engine. */
export function planOf(
  stack: ValidatedStack,
  reach: (server: PlannedServer) => Reached,
  { tls, https }: Pick<PlanParts, "tls" | "https"> = {},
): Plan {
  const pools = Object.entries(stack.pools).map(([pool, settings]) => {
    const servers = plannedServers({ [pool]: settings }).map((server) => [
      server.name,
      { dataCenter: server.dataCenter, ...reach(server) },
    ]);
    return [
      pool,
      poolPlan(settings, Object.fromEntries(servers) as Record<string, ServerPlan>, maintenanceOf(stack, pool)),
    ] as const;
  });
  return sitePlan(stack, { pools: Object.fromEntries(pools), tls, https });
}
