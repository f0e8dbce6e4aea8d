import { httpCheck } from "../../../components/model/health-checks/health-check";
import type { NodePlan, Plan, PoolPlan, ServerPlan } from "../../../components/model/plan";

/** Servers of a data center, by name; each stands on loopback at its port. */
export function servers(
  dataCenter: string,
  ports: Readonly<Record<string, number>>,
  more: Partial<ServerPlan> = {},
): Record<string, ServerPlan> {
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [name, { dataCenter, address: "127.0.0.1", port, ...more }]),
  );
}

/** A pool with one server in each of two data centers; a test changes what it is about. */
export function samplePool(changes: Partial<PoolPlan> = {}): PoolPlan {
  return {
    healthCheck: httpCheck(),
    responseTimeout: "30s",
    slowStart: "10s",
    servers: { ...servers("a", { "web-a-1": 20_011 }), ...servers("b", { "web-b-1": 20_012 }) },
    ...changes,
  };
}

/** A site of these pools. */
export function samplePlan(pools: Plan["pools"] = { web: samplePool() }, changes: Partial<Plan> = {}): Plan {
  const [first = "web"] = Object.keys(pools);
  return { site: "shop", longestConnection: "30m", pools, routes: [{ pool: first }], ...changes };
}

/** The primary, in data center `a`; `{directory}` is filled in by whoever runs it. */
export function sampleNode(changes: Partial<NodePlan> = {}): NodePlan {
  return {
    role: "primary",
    dataCenter: "a",
    directory: "{directory}",
    site: { address: "127.0.0.1", port: 20_001 },
    health: { address: "127.0.0.1", port: 20_002 },
    frontSocket: "{directory}/front.sock",
    maxConnections: 1_000,
    ...changes,
  };
}
