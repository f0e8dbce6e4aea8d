import type { PlannedServer } from "../plan";

/** The variable of the environment by which a deploy tells an `up` its batch. */
export const BATCH = "EVENKEEL_BATCH";

/** How many servers more than its number a pool has at most in a data center amid a deploy: a number, or a share of its number such as `25%`. */
export type MaxSurge = number | string;

/** One step of a deploy: the only servers that are replaced by an `up`, and what must hold before it touches a balancer. */
export interface Batch {
  /** Names of the servers that take what the stack asks for; every other one that stands keeps what it runs. */
  readonly takes: readonly string[];
  /** Names of those that have it already and must be up: when the new version brought one down, nothing more is given to it. */
  readonly proven: readonly string[];
}

/** A site amid a deploy, or before one. */
export interface Fleet {
  /** The servers that the stack asks for. */
  readonly asked: readonly PlannedServer[];
  /** Names of those that run something else than the stack asks for, and would be replaced. */
  readonly outdated: ReadonlySet<string>;
  /** Names of those whose predecessor still stands, and serves: a batch was cut off. */
  readonly unfinished: ReadonlySet<string>;
}

/**
 * The next batch of a deploy; undefined when none is left, and an `up` of everything replaces no server. It follows from what
 * stands alone, so that a deploy goes on from wherever it was cut off, also with another version.
 *
 * In each data center each pool gets as many servers as `maxSurge` says, and a batch that was cut off is finished before
 * another: then what it left stands too, so a pool may have `maxSurge` servers more once again.
 */
export function nextBatch(fleet: Fleet, maxSurge: MaxSurge): Batch | undefined {
  const { asked, outdated, unfinished } = fleet;
  const takes = byPoolAndPlace(asked).flatMap((servers) => {
    const waiting = servers.filter((name) => outdated.has(name));
    return unfinished.size > 0
      ? waiting.filter((name) => unfinished.has(name))
      : waiting.slice(0, surgeOf(maxSurge, servers.length));
  });
  if (takes.length === 0 && unfinished.size === 0) return undefined;
  const touched = new Set(asked.filter(({ name }) => outdated.has(name) || unfinished.has(name)).map(({ pool }) => pool));
  const proven = asked.filter(({ name, pool }) => touched.has(pool) && !outdated.has(name)).map(({ name }) => name);
  return { takes, proven };
}

/** The batches that are left when each of them goes well. */
export function batchesLeft(fleet: Fleet, maxSurge: MaxSurge): Batch[] {
  const batch = nextBatch(fleet, maxSurge);
  return batch === undefined ? [] : [batch, ...batchesLeft(afterBatch(fleet, batch), maxSurge)];
}

/** A site after a batch that went well. */
export function afterBatch({ asked, outdated }: Fleet, { takes }: Batch): Fleet {
  const taken = new Set(takes);
  return { asked, outdated: new Set([...outdated].filter((name) => !taken.has(name))), unfinished: new Set() };
}

/** What a surge is in servers, of a pool's number in a data center: a share is rounded up, and one is the least. */
export function surgeOf(maxSurge: MaxSurge, servers: number): number {
  if (typeof maxSurge === "number") return maxSurge;
  return Math.max(1, Math.ceil((Number.parseInt(maxSurge, 10) * servers) / 100));
}

/** The most servers that are added to those of each data center amid a deploy, by its name. */
export function surgesOf(
  pools: Readonly<Record<string, { readonly servers: Readonly<Record<string, number>> }>>,
  maxSurge: MaxSurge,
): ReadonlyMap<string, number> {
  const surges = new Map<string, number>();
  for (const { servers } of Object.values(pools)) {
    for (const [place, count] of Object.entries(servers))
      surges.set(place, (surges.get(place) ?? 0) + Math.min(count, surgeOf(maxSurge, count)));
  }
  return surges;
}

/** The names of the servers of each pool in each data center. */
function byPoolAndPlace(servers: readonly PlannedServer[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const { name, pool, dataCenter } of servers) {
    const group = `${pool} ${dataCenter}`;
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups.values()];
}
