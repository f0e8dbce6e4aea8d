import { healthCheckProblems } from "../health-checks/health-check-problems";
import { minimumHealthyProblems } from "./minimum-healthy";
import { checkOf } from "../routing/passthrough";
import { notADataCenter, type Problem } from "../problem";
import type { Stack } from "../stack";

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
  return Object.entries(pools).flatMap(([pool, settings]): Problem[] => {
    const { servers, protocol, healthCheck, minimumHealthy, minimumInMaintenance = 0 } = settings;
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
    if (minimumInMaintenance > all && all > 0 && !isFaulty(`${at}.servers`))
      problems.push({
        path: `${at}.minimumInMaintenance`,
        message: `is ${minimumInMaintenance}, but the pool has ${all} servers`,
      });
    problems.push(...healthCheckProblems(checkOf({ protocol, healthCheck }), `${at}.healthCheck`));
    if (minimumHealthy !== undefined && !isFaulty(`${at}.servers`))
      problems.push(...minimumHealthyProblems(minimumHealthy, servers, `${at}.minimumHealthy`));
    return problems;
  });
}
