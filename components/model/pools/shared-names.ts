import { serverName } from "../name";
import type { Problem } from "../problem";
import type { Stack } from "../stack";

/** Servers of two pools that would have one name, in a spike too: pool `web` in `a-b`, and pool `web-a` in `b`. */
export function sharedNames(pools: Stack["pools"], spikes: Stack["spikes"]): Problem[] {
  const first = new Map<string, { pool: string; place: string; path: string }>();
  const floors = Object.entries(spikes).flatMap(([spike, { pools: raised }]) =>
    Object.entries(raised).map(([pool, { servers = {} }]) => ({ pool, servers, path: `spikes.${spike}.pools.${pool}` })),
  );
  const bases = Object.entries(pools).map(([pool, { servers }]) => ({ pool, servers, path: `pools.${pool}` }));
  return [...bases, ...floors].flatMap(({ pool, servers, path: at }) =>
    Object.keys(servers).flatMap((place) => {
      const [name, path] = [serverName(pool, place, 1), `${at}.servers.${place}`];
      const other = first.get(name);
      if (other === undefined) first.set(name, { pool, place, path });
      // A spike names the servers of its pool again.
      if (other === undefined || (other.pool === pool && other.place === place)) return [];
      return [{ path, message: `would name a server ${name}, as ${other.path} does; rename a pool or a data center` }];
    }),
  );
}
