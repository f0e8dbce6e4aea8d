import type { Problem } from "../problem";
import { byKey, whole } from "../schema";

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

/** Servers of a pool in one data center. */
export interface Passing {
  /** How many pass their checks. */
  readonly passing: number;
  /** Of how many. */
  readonly of: number;
}

/**
 * The data center that gets no requests of a pool on account of its minimum, though servers are up there; undefined when there is none. When several have too
 * few, or nobody else is up, every server counts.
 *
 * @param places The pool's servers by data center, as one balancer sees them.
 */
export function leftOut(minimum: MinimumHealthy, places: Readonly<Record<string, Passing>>): string | undefined {
  const passing = (place: string): number => places[place]?.passing ?? 0;
  const [short, ...more] = Object.keys(minimum).filter(
    (place) => Object.hasOwn(places, place) && passing(place) < (minimum[place] ?? 0),
  );
  if (short === undefined || more.length > 0 || passing(short) === 0) return undefined;
  return Object.keys(places).some((place) => place !== short && passing(place) > 0) ? short : undefined;
}
