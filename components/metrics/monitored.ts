import { Duration } from "../model/duration";
import type { Stack } from "../model/stack";

/** What of a stack its monitoring is made from. */
export type Monitored = Pick<Stack, "site" | "pools" | "limits" | "logs" | "loadBalancers">;

/** The job by which Prometheus knows the balancers of a site. */
export function jobOf({ site }: Monitored): string {
  return `evenkeel-${site.name}`;
}

/** What chooses the metrics of a site's balancers; `more` are further conditions. */
export function ofSite(stack: Monitored, ...more: string[]): string {
  return `{${[`job="${jobOf(stack)}"`, ...more].join(",")}}`;
}

/** The condition that chooses the backends of these pools: names of pools need no escape in a regular expression. */
export function ofPools({ pools }: Monitored): string {
  return `proxy=~"${Object.keys(pools).sort().join("|")}"`;
}

/** The longest honest answer of a pool, in seconds. */
export function longestAnswer({ pools }: Monitored, pool: string): number {
  return Duration.parse(pools[pool]?.responseTimeout ?? "30s").milliseconds / 1_000;
}
