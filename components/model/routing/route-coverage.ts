import { pathCovers } from "./path-pattern";
import { hostCovers, listOf, type NamedValues, type RouteMatch, valueMatches } from "./route-match";
import type { Route } from "./route";
import { blockCovers } from "../network/source";

/** The most single cases that a route's lists are taken apart into, to see whether several earlier routes take them all. */
const MAX_CASES = 500;

/**
 * Why a route can never match: because of earlier routes, by their indexes, or of its own `not`. Undefined when it can, and when that
 * is hard to tell.
 */
export function neverMatches(routes: readonly Route[], index: number): { readonly by: readonly number[] } | undefined {
  const route = routes[index];
  if (route === undefined) return undefined;
  if (listOf(route.not).some((excluded) => covers(excluded, route))) return { by: [] };
  const earlier = routes.slice(0, index);
  const whole = earlier.findIndex((other) => takesWhatever(other, route));
  if (whole !== -1) return { by: [whole] };
  const cases = casesOf(route);
  const by = cases.map((one) => earlier.findIndex((other) => takesWhatever(other, { ...one, not: route.not })));
  return cases.length < 2 || by.includes(-1) ? undefined : { by: [...new Set(by)].sort((left, right) => left - right) };
}

/** Whether a route takes every request that another would. */
function takesWhatever(route: Route, other: Route): boolean {
  const leavesNothing = listOf(route.not).every((excluded) => listOf(other.not).some((own) => covers(own, excluded)));
  return leavesNothing && covers(route, other);
}

/** Whether all that `inner` means is meant by `outer`; false also where that is hard to tell. */
function covers(outer: RouteMatch, inner: RouteMatch): boolean {
  return (
    KEYS.every(([key, one]) => outer[key] === undefined || allCovered(listOf(outer[key]), listOf(inner[key]), one)) &&
    namedCovered(outer.header, inner.header, (name) => name.toLowerCase()) &&
    namedCovered(outer.cookie, inner.cookie) &&
    namedCovered(outer.query, inner.query)
  );
}

/** The keys with values of their own, each with when one value covers another; first the one that most routes differ in. */
const KEYS = [
  ["path", pathCovers],
  ["host", hostCovers],
  ["method", equal],
  ["scheme", equal],
  ["from", blockCovers],
] as const;

function allCovered(
  outers: readonly string[],
  inners: readonly string[],
  one: (outer: string, inner: string) => boolean,
): boolean {
  return inners.length > 0 && inners.every((inner) => outers.some((outer) => one(outer, inner)));
}

function namedCovered(outers: NamedValues = {}, inners: NamedValues = {}, keyOf = (name: string): string => name): boolean {
  return Object.entries(outers).every(([name, values]) =>
    Object.entries(inners).some(
      ([other, narrower]) => keyOf(name) === keyOf(other) && allCovered(listOf(values), listOf(narrower), valueCovers),
    ),
  );
}

/** A route's match, a case for each way to choose one host, path, method and source of its lists; none when they are too many. */
function casesOf(route: Route): RouteMatch[] {
  let cases: RouteMatch[] = [route];
  for (const key of ["host", "path", "method", "from"] as const) {
    const values = listOf(route[key]);
    if (values.length < 2) continue;
    cases = cases.flatMap((one) => values.map((value) => ({ ...one, [key]: value })));
    if (cases.length > MAX_CASES) return [];
  }
  return cases;
}

function equal(outer: string, inner: string): boolean {
  return outer === inner;
}

function valueCovers(outer: string, inner: string): boolean {
  return inner.endsWith("*") ? outer.endsWith("*") && valueMatches(outer, inner.slice(0, -1)) : valueMatches(outer, inner);
}
