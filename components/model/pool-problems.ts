import { Duration } from "./duration";
import { type Problem, suggestion } from "./problem";
import type { Stack } from "./stack";

/** That a name is none of the data centers. */
export function notADataCenter(name: string, all: readonly string[]): string {
  return `is not one of the data centers: ${all.join(", ")}${suggestion(name, all)}`;
}

/**
 * The problems of pools that show only when their keys are held against each other, or against the data centers.
 *
 * @param known The data centers by name, undefined when there is not a single one.
 * @param isFaulty Whether a problem of a part is told already, so that nothing is said to be missing there.
 */
export function poolProblems(
  pools: Stack["pools"],
  known: readonly string[] | undefined,
  isFaulty: (path: string) => boolean,
): Problem[] {
  return Object.entries(pools).flatMap(([pool, { servers, healthCheck, minimum = 0 }]): Problem[] => {
    const at = `pools.${pool}`;
    const problems: Problem[] = [];
    for (const place of Object.keys(servers)) {
      if (known !== undefined && !known.includes(place)) {
        problems.push({ path: `${at}.servers.${place}`, message: notADataCenter(place, known) });
      }
    }
    const counts = Object.values(servers);
    if (counts.every((count) => count === 0) && !isFaulty(`${at}.servers`)) {
      problems.push({ path: `${at}.servers`, message: "has no server in any data center; a pool needs at least one" });
    }
    const all = counts.reduce((sum, count) => sum + count, 0);
    if (minimum > all && all > 0)
      problems.push({ path: `${at}.minimum`, message: `is ${minimum}, but the pool has ${all} servers` });
    const { timeout, interval } = healthCheck;
    if (
      timeout !== undefined &&
      interval !== undefined &&
      Duration.parse(timeout).milliseconds > Duration.parse(interval).milliseconds
    ) {
      problems.push({
        path: `${at}.healthCheck.timeout`,
        message: `is ${timeout}, but must not be longer than the interval, ${interval}`,
      });
    }
    return problems;
  });
}
