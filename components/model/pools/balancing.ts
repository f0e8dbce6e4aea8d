import { z } from "zod";
import { type Affinity, affinity, affinityProblems } from "./affinity";
import { type Capacity, capacity } from "./capacity";
import { notADataCenter, type Problem } from "../problem";
import { byKey, duration, whole } from "../schema";

/** Weight of the servers of a data center that weights do not name. */
export const DEFAULT_WEIGHT = 100;
/** Greatest weight that HAProxy has. */
const MAX_WEIGHT = 256;
/** How long a connection of another protocol (WebSocket) may say nothing. */
export const DEFAULT_TUNNEL_TIMEOUT = "30m";
/** The longest that a pool may ask for. */
export const MAX_TUNNEL_TIMEOUT = "24h";

/** How a pool's requests are shared among its servers, beyond what every pool has. All of it may be left out. */
export interface Balancing {
  /** Keeps a client at one server. @default none */
  readonly affinity?: Affinity | undefined;
  /** What one server can carry. @default no limit */
  readonly capacity?: Capacity | undefined;
  /** Weight of each server by its data center, 1 to 256; 100 where none is given. @default all alike */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** How long a WebSocket may say nothing, 1 s to 24 h. @default "30m" */
  readonly tunnelTimeout?: string | undefined;
}

/** The keys of a pool that say how its requests are shared. */
export const balancing = {
  affinity: affinity.optional(),
  capacity: capacity.optional(),
  weights: byKey(whole(1, MAX_WEIGHT), "a map from data center to weight, such as { a: 100, b: 50 }")
    .optional()
    .describe(
      `Weight of each server by its data center, against one elsewhere: at 50 it gets half of what one at 100 gets. Default: ${DEFAULT_WEIGHT} for all.`,
    ),
  tunnelTimeout: duration("1s", MAX_TUNNEL_TIMEOUT)
    .optional()
    .describe(`How long a WebSocket may say nothing in both directions. Default: ${DEFAULT_TUNNEL_TIMEOUT}.`),
} satisfies Record<keyof Balancing, z.ZodType>;

/** What a pool says of its balancing, without what is left out. */
export function balancingOf(pool: Balancing): Balancing {
  const { affinity, capacity, weights, tunnelTimeout } = pool;
  return Object.fromEntries(
    Object.entries({ affinity, capacity, weights, tunnelTimeout }).filter(([, value]) => value !== undefined),
  );
}

/** The problems of the pools' balancing that show only when keys are held against each other, or against the data centers. */
export function balancingProblems(
  pools: Readonly<Record<string, Balancing>>,
  known: readonly string[] | undefined,
  isFaulty: (path: string) => boolean,
): Problem[] {
  const weighed = Object.entries(pools).flatMap(([pool, { weights = {} }]) =>
    Object.keys(weights)
      .filter((place) => known !== undefined && !known.includes(place))
      .map((place) => ({ path: `pools.${pool}.weights.${place}`, message: notADataCenter(place, known ?? []) })),
  );
  return [...affinityProblems(pools, isFaulty), ...weighed];
}
