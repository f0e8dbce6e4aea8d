import type { Problem } from "./problem";
import { byKey, whole } from "./schema";

/** For each data center, by its name, how many of a pool's servers must pass their checks there for it to be sent requests. */
export type MinimumHealthy = Readonly<Record<string, number>>;

/** The minimum of healthy servers of a pool by data center, in a stack file. */
export const minimumHealthy = byKey(
  whole(1, 200),
  "a map from data center to number of servers, such as { a: 2, b: 2 }",
).describe(
  "Servers that must pass their checks in a data center; below that it is left out, as long as the others have theirs. Default: none.",
);

/** The problems of a minimum, held against the servers that there are. */
export function minimumHealthyProblems(
  minimum: MinimumHealthy,
  servers: Readonly<Record<string, number>>,
  at: string,
): Problem[] {
  const places = Object.keys(servers);
  return Object.entries(minimum).flatMap(([place, least]): Problem[] => {
    const path = `${at}.${place}`;
    if (!Object.hasOwn(servers, place))
      return [{ path, message: `is for a data center that the pool has no servers in; it has some in: ${places.join(", ")}` }];
    const count = servers[place] ?? 0;
    return least <= count
      ? []
      : [{ path, message: `is ${least}, but only ${count} of its servers run there; it would always be left out` }];
  });
}
