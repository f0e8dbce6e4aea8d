import { Duration } from "../duration";
import { instantOf } from "../local-time";
import { plannedServers } from "../plan";
import { type Problem, suggestion } from "../problem";
import { MAX_SERVERS } from "../pools/pool";
import type { Stack, ValidatedStack } from "../stack";

type Spike = Stack["spikes"][string];
type Floor = Spike["pools"][string];
type Servers = Stack["pools"][string]["servers"];

/** Names of the spikes whose window an instant is in, from the lead before the start to just before the end. */
export function openSpikes({ spikes }: Pick<Stack, "spikes">, instant: Date): string[] {
  return Object.entries(spikes)
    .filter(([, spike]) => isOpen(spike, instant.getTime()))
    .map(([name]) => name);
}

/**
 * The stack as it is at an instant: in the window of a spike its pools have the servers that the spike asks for. Where
 * several ask, the one that asks for most counts. No pool ever has fewer servers than the stack file gives it. Maintenance of
 * a server that only a spike has waits for its window.
 */
export function stackAt(stack: ValidatedStack, instant: Date): ValidatedStack {
  const pools = Object.fromEntries(
    // What a spike asks for is what is needed in it.
    Object.entries(poolsAt(stack, instant)).map(([name, pool]) => {
      const [stated, now] = [stack.pools[name]?.servers ?? {}, pool.servers];
      return [name, total(now) > total(stated) ? { ...pool, minimumInMaintenance: total(now) } : pool];
    }),
  );
  const standing = new Set(plannedServers(pools).map(({ name }) => name));
  const maintenance = stack.maintenance.filter(({ server }) => server === undefined || standing.has(server));
  return { ...stack, pools, maintenance, spikes: {} };
}

/** The pools of {@link stackAt}. A data center that is frozen keeps the servers of the moment that it was frozen at. */
export function poolsAt(
  { pools, spikes, dataCenters }: Pick<Stack, "pools" | "spikes" | "dataCenters">,
  instant: Date,
): Stack["pools"] {
  const at = (moment: Date): Stack["pools"] =>
    raised(
      pools,
      openSpikes({ spikes }, moment).flatMap((name) => spikes[name] ?? []),
    );
  const now = at(instant);
  const frozen = Object.entries(dataCenters).flatMap(([place, { frozen: since }]) => {
    if (since === undefined || since === false) return [];
    return [[place, since === true ? pools : at(new Date(since))] as const];
  });
  return Object.fromEntries(
    Object.entries(now).map(([name, pool]) => {
      const servers = { ...pool.servers };
      for (const [place, then] of frozen) {
        const kept = then[name]?.servers ?? {};
        if (Object.hasOwn(kept, place)) servers[place] = kept[place] ?? 0;
        else Reflect.deleteProperty(servers, place);
      }
      return [name, { ...pool, servers }];
    }),
  );
}

/** The pools with all servers that they have at one time or another. */
export function poolsAtMost({ pools, spikes }: Pick<Stack, "pools" | "spikes">): Stack["pools"] {
  return raised(pools, Object.values(spikes));
}

function total(servers: Servers): number {
  return Object.values(servers).reduce((sum, count) => sum + count, 0);
}

function raised(pools: Stack["pools"], spikes: readonly Spike[]): Stack["pools"] {
  return Object.fromEntries(
    Object.entries(pools).map(([name, pool]) => {
      const floors = spikes.flatMap((spike) => spike.pools[name] ?? []);
      const servers = floors.map((floor) => serversFor(pool.servers, floor)).reduce(highest, pool.servers);
      return [name, { ...pool, servers }];
    }),
  );
}

/** The problems of spikes that show only against each other's keys and the other sections; those undefined are not held against them. */
export function spikeProblems(
  spikes: Stack["spikes"],
  { pools, dataCenters }: Partial<Pick<Stack, "pools" | "dataCenters">>,
  known: readonly string[] | undefined,
  isFaulty: (path: string) => boolean,
): Problem[] {
  return Object.entries(spikes).flatMap(([name, spike]) => {
    const path = `spikes.${name}`;
    const problems = isFaulty(`${path}.at`) ? [] : windowProblems(spike, path);
    if (Object.keys(spike.pools).length === 0 && !isFaulty(`${path}.pools`))
      problems.push({ path: `${path}.pools`, message: "is empty; a spike needs at least one pool" });
    for (const [pool, floor] of Object.entries(spike.pools)) {
      const at = `${path}.pools.${pool}`;
      const names = Object.keys(pools ?? {});
      if (names.length > 0 && !names.includes(pool) && !isFaulty(`pools.${pool}`))
        problems.push({ path: at, message: `is not one of the pools: ${names.join(", ")}${suggestion(pool, names)}` });
      if (!isFaulty(at)) problems.push(...shapeProblems(floor, at));
      problems.push(...placeProblems(floor, at, known));
      problems.push(...limitProblems(floor, at, pools?.[pool]?.servers ?? {}, (place) => mostIn(dataCenters?.[place], pool)));
    }
    return problems;
  });
}

function windowProblems({ at: { start, end, timeZone } }: Spike, path: string): Problem[] {
  if (instantOf(start, timeZone) < instantOf(end, timeZone)) return [];
  return [{ path: `${path}.at.end`, message: `is ${end}, but must be after the start, ${start}` }];
}

function shapeProblems({ times, servers }: Floor, path: string): Problem[] {
  if (times !== undefined && servers !== undefined)
    return [{ path, message: "has both times and servers; one of them says how many servers there are" }];
  if (servers === undefined)
    return times === undefined
      ? [{ path, message: "has neither times nor servers; one of them says how many servers there are" }]
      : [];
  if (Object.keys(servers).length > 0) return [];
  return [{ path: `${path}.servers`, message: "is empty; it needs at least one data center" }];
}

function placeProblems({ servers = {} }: Floor, path: string, known: readonly string[] | undefined): Problem[] {
  if (known === undefined) return [];
  return Object.keys(servers)
    .filter((place) => !known.includes(place))
    .map((place) => ({
      path: `${path}.servers.${place}`,
      message: `is not one of the data centers: ${known.join(", ")}${suggestion(place, known)}`,
    }));
}

function limitProblems({ times, servers }: Floor, path: string, base: Servers, most: (place: string) => number): Problem[] {
  if (times === undefined)
    return Object.entries(servers ?? {})
      .filter(([place, count]) => count > most(place))
      .map(([place, count]) => ({ path: `${path}.servers.${place}`, message: `is ${count}, but ${most(place)} is the most` }));
  return Object.entries(serversFor(base, { times }))
    .filter(([place, count]) => count > most(place))
    .map(([place, count]) => ({
      path: `${path}.times`,
      message: `is ${times}, which makes ${count} servers in ${place}, but ${most(place)} is the most`,
    }));
}

/** The most servers that a pool can have in a data center: of those that exist already there are no more than are listed. */
function mostIn(dataCenter: Stack["dataCenters"][string] | undefined, pool: string): number {
  return dataCenter?.provider === "existing" ? (dataCenter.addresses?.[pool]?.length ?? 0) : MAX_SERVERS;
}

function isOpen({ at: { start, end, timeZone }, lead }: Spike, instant: number): boolean {
  const from = instantOf(start, timeZone) - Duration.parse(lead).milliseconds;
  return from <= instant && instant < instantOf(end, timeZone);
}

function serversFor(base: Servers, { times, servers }: Floor): Servers {
  if (times === undefined) return servers ?? {};
  return Object.fromEntries(Object.entries(base).map(([place, count]) => [place, multiplied(count, times)]));
}

function multiplied(count: number, times: number): number {
  // Rounded before: 10 times 1.1 is a little more than 11 to a computer, which would make 12.
  return Math.ceil(Number((count * times).toFixed(6)));
}

function highest(left: Servers, right: Servers): Servers {
  const raised = Object.entries(right).map(([place, count]) => {
    const other = Object.hasOwn(left, place) ? (left[place] ?? 0) : 0;
    return [place, Math.max(count, other)] as const;
  });
  return { ...left, ...Object.fromEntries(raised) };
}
