import { backendsOf } from "../components/haproxy/backend-names";
import { isUp, type ServerStatus } from "../components/haproxy/server-status";
import { leftOut, type Passing } from "../components/model/pools/minimum-healthy";
import type { Deployment } from "../workspace/deployment";

/** A data center that a balancer sends no requests of a pool, since too few of its servers pass their checks. */
export interface LeftOut extends Passing {
  readonly pool: string;
  readonly dataCenter: string;
  /** The fewest that must pass. */
  readonly minimum: number;
}

/** The data centers that a balancer leaves out, by what it says of its servers. One that is declared out is not there. */
export function leftOutBy(
  seen: readonly ServerStatus[],
  { servers, minimumHealthy = {} }: Pick<Deployment, "servers" | "minimumHealthy">,
): LeftOut[] {
  return Object.entries(minimumHealthy).flatMap(([pool, minimum]): LeftOut[] => {
    const passing = new Set(
      seen.flatMap((row) => (row.backend === backendsOf(pool).checkedOnly && isUp(row) ? [row.server] : [])),
    );
    const places: Record<string, Passing> = {};
    for (const [name, server] of Object.entries(servers)) {
      if (server.pool !== pool || server.out) continue;
      const before = places[server.dataCenter] ?? { passing: 0, of: 0 };
      places[server.dataCenter] = { passing: before.passing + (passing.has(name) ? 1 : 0), of: before.of + 1 };
    }
    const dataCenter = leftOut(minimum, places);
    if (dataCenter === undefined) return [];
    return [{ pool, dataCenter, passing: 0, of: 0, ...places[dataCenter], minimum: minimum[dataCenter] ?? 0 }];
  });
}

/** The same as lines of what a verb prints, each with its line break; nothing when there is none. */
export function leftOutInWords(balancers: readonly { readonly role: string; readonly leavesOut?: readonly LeftOut[] }[]): string {
  return balancers
    .flatMap(({ role, leavesOut = [] }) =>
      leavesOut.map(
        ({ pool, dataCenter, passing, of, minimum }) =>
          `  the ${role} leaves ${dataCenter} out for the pool ${pool}: ${passing} of its ${of} servers there pass their checks, fewer than minimumHealthy: ${minimum}\n`,
      ),
    )
    .join("");
}
