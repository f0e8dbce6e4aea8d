import { pathCovers, isPattern } from "../model/routing/path-pattern";
import type { Route } from "../model/routing/route";
import { hostCovers, listOf } from "../model/routing/route-match";

/** Keys whose values HAProxy looks up in a tree, each with when one value takes all that another does. */
const LOOKED_UP = { path: pathCovers, host: hostCovers } as const;
const KEYS = ["path", "host"] as const;
type Key = (typeof KEYS)[number];

/**
 * Routes that give every request what the given ones do, in fewer of them: a route joins an earlier one that leads to the same pool
 * and differs from it by its path or its host alone, where no other between the two may take a request of its own. The values of one
 * route are looked up in a tree; routes are asked one after the other.
 */
export function joinedRoutes(routes: readonly Route[]): readonly Route[] {
  const joined: Route[] = [];
  for (const route of routes) {
    const at = hostAndPathOnly(route) ? placeFor(route, joined) : undefined;
    const [index, key] = at ?? [joined.length, "path"];
    const earlier = joined[index];
    joined[index] = earlier === undefined ? route : { ...earlier, [key]: [...listOf(earlier[key]), ...listOf(route[key])] };
  }
  return joined;
}

/** The route that another may join, by its index, and the key by which they differ. */
function placeFor(route: Route, earlier: readonly Route[]): readonly [index: number, key: Key] | undefined {
  for (const [index, other] of [...earlier.entries()].reverse()) {
    const alike = hostAndPathOnly(other) && other.pool === route.pool;
    const key = alike ? KEYS.find((each) => differOnlyBy(each, other, route)) : undefined;
    if (key !== undefined) return [index, key];
    if (!alike && !areApart(other, route)) return undefined;
  }
  return undefined;
}

/** Whether a route asks for nothing but host and path, none of them by a pattern, and nothing but its pool follows. */
function hostAndPathOnly(route: Route): boolean {
  const { host, path, pool, ...others } = route;
  const asksMore = Object.values<unknown>(others).some((value) => value !== undefined);
  return pool !== undefined && !asksMore && (host !== undefined || path !== undefined) && !listOf(path).some(isPattern);
}

function differOnlyBy(key: Key, left: Route, right: Route): boolean {
  const [other] = KEYS.filter((each) => each !== key) as [Key];
  const [mine, theirs] = [listOf(left[other]), listOf(right[other])];
  const same = mine.length === theirs.length && mine.every((value, i) => value === theirs[i]);
  return same && left[key] !== undefined && right[key] !== undefined;
}

/** Whether no request can be meant by both. */
function areApart(left: Route, right: Route): boolean {
  return KEYS.some((key) => {
    const covers = LOOKED_UP[key];
    const [mine, theirs] = [listOf(left[key]), listOf(right[key])];
    if (mine.length === 0 || theirs.length === 0 || (key === "path" && [...mine, ...theirs].some(isPattern))) return false;
    return mine.every((one) => theirs.every((two) => !covers(one, two) && !covers(two, one)));
  });
}
