import { BODILESS } from "../pools/page";
import { isPrefix } from "./path-pattern";
import { type Problem, suggestion } from "../problem";
import { outcomeFor, type Route, routeFor, takesAll } from "./route";
import { neverMatches } from "./route-coverage";
import { exampleFor } from "./route-example";
import { hostMatches, hostName, listOf, type RoutedRequest } from "./route-match";

/** What a route may lead to; it has one of these. */
const DESTINATIONS = ["pool", "pools", "redirect", "respond"] as const;
/** Redirects that a client follows before it is said to go round in circles. */
const MAX_REDIRECTS = 5;

/** What routes are held against. */
export interface RoutedSite {
  /** Names of the pools that get requests. */
  readonly pools: readonly string[];
  /** Names of the pools that get connections, to which no request can go. @default there are none */
  readonly tcp?: readonly string[];
  /** The name that clients know the site by. @default unknown */
  readonly domain?: string | undefined;
}

/**
 * The problems of a site's routes.
 *
 * @param routes The routes as the stack states them, undefined when it states none.
 * @param isFaulty Whether something is wrong with a part already, so that nothing is said of what it lacks.
 */
export function routeProblems(
  routes: readonly Route[] | undefined,
  { pools, tcp = [], domain }: RoutedSite,
  isFaulty: (path: string) => boolean = () => false,
): Problem[] {
  if (routes === undefined) {
    if (pools.length < 2 || isFaulty("routes")) return [];
    return [
      {
        path: "routes",
        message: `is missing; with the pools ${pools.join(", ")}, the last route must say which takes the rest: - { pool: ${pools[0] ?? ""} }`,
      },
    ];
  }
  const problems = routes.flatMap((route, i) => [
    ...poolNameProblems(route, { pools, tcp }, `routes[${i}]`),
    ...(isFaulty(`routes[${i}]`) ? [] : destinationProblems(route, `routes[${i}]`)),
    ...(isFaulty(`routes[${i}]`) ? [] : pathProblems(route, `routes[${i}]`)),
  ]);
  const last = routes.at(-1);
  if ((last === undefined || !takesAll(last)) && !isFaulty(`routes[${routes.length - 1}]`)) {
    problems.push({
      path: "routes",
      message: `must end with a route that takes every other request, such as - { pool: ${pools[0] ?? "web"} }`,
    });
  }
  // Which requests a faulty route takes from the others is not known.
  if (isFaulty("routes")) return problems;
  return [...problems, ...routes.flatMap((_, i) => [...reachProblems(routes, i), ...circleProblems(routes, i, domain)])];
}

function poolNameProblems(
  { pool, pools = {} }: Route,
  { pools: known, tcp }: { readonly pools: readonly string[]; readonly tcp: readonly string[] },
  at: string,
): Problem[] {
  const unknown = (name: string): string =>
    tcp.includes(name)
      ? "is a tcp pool: it gets connections, by a route of passthrough, and no requests"
      : `is not one of the pools: ${known.join(", ")}${suggestion(name, known)}`;
  return [
    ...(pool === undefined || known.includes(pool)
      ? []
      : [{ path: `${at}.pool`, message: `is ${pool}, which ${unknown(pool)}` }]),
    ...Object.keys(pools)
      .filter((name) => !known.includes(name))
      .map((name) => ({ path: `${at}.pools.${name}`, message: unknown(name) })),
  ];
}

function destinationProblems(route: Route, at: string): Problem[] {
  const problems: Problem[] = [];
  const given = DESTINATIONS.filter((key) => route[key] !== undefined);
  const [first, ...more] = given;
  if (first === undefined) problems.push({ path: at, message: `leads nowhere; it needs one of ${DESTINATIONS.join(", ")}` });
  if (more.length > 0)
    problems.push({ path: at, message: `has ${given.join(" and ")}, but must have one of ${DESTINATIONS.join(", ")}` });

  const { pools, redirect, respond, stickyCookie } = route;
  if (pools !== undefined && Object.values(pools).every((weight) => weight === 0))
    problems.push({ path: `${at}.pools`, message: "has weights that sum to 0; at least one must be more" });
  if (stickyCookie !== undefined && pools === undefined)
    problems.push({ path: `${at}.stickyCookie`, message: "is for a route with several pools, which this one does not have" });
  if (redirect !== undefined && [redirect.scheme, redirect.host, redirect.path].every((key) => key === undefined))
    problems.push({ path: `${at}.redirect`, message: "leads to where the client comes from; it needs scheme, host or path" });
  if (respond?.body !== undefined && BODILESS.includes(respond.status))
    problems.push({ path: `${at}.respond.body`, message: `is a body, which an answer ${respond.status} can't have` });
  const toServers = route.pool !== undefined || pools !== undefined;
  for (const key of ["rewrite", "requestHeaders"] as const) {
    if (route[key] !== undefined && first !== undefined && !toServers)
      problems.push({ path: `${at}.${key}`, message: `is for a route to a pool; with ${first} no server is asked` });
  }
  return problems;
}

/** A path that keeps the rest behind a prefix needs one prefix that the rest is behind. */
function pathProblems(route: Route, at: string): Problem[] {
  const [prefix = "", ...others] = listOf(route.path);
  if (isPrefix(prefix) && others.length === 0) return [];
  return (["redirect", "rewrite"] as const)
    .filter((key) => route[key]?.path?.endsWith("/*") === true)
    .map((key) => ({
      path: `${at}.${key}.path`,
      message: `is ${route[key]?.path ?? ""}, which keeps what follows the route's prefix; its path must be one such as /old/*`,
    }));
}

function reachProblems(routes: readonly Route[], index: number): Problem[] {
  const never = neverMatches(routes, index);
  if (never === undefined) return [];
  const [first = 0, ...more] = never.by;
  const why =
    never.by.length === 0
      ? "its not leaves nothing over"
      : more.length === 0
        ? `routes[${first}] takes every request that it would`
        : `${never.by.map((i) => `routes[${i}]`).join(", ")} together take every request that it would`;
  return [{ path: `routes[${index}]`, message: `can never match: ${why}` }];
}

/** A redirect whose client comes back to it again and again; a host that nothing says to be the site's own is somebody else's. */
function circleProblems(routes: readonly Route[], index: number, domain: string | undefined): Problem[] {
  const { host, scheme, path } = routes[index]?.redirect ?? {};
  if ((host ?? scheme ?? path) === undefined || (host !== undefined && !isOwn(hostName(host), routes, domain))) return [];
  let request = exampleFor(routes, index);
  const way: string[] = [];
  while (request !== undefined && way.length <= MAX_REDIRECTS) {
    const outcome = outcomeFor(routes, request);
    if (outcome?.kind !== "redirect" || (way.length === 0 && routeFor(routes, request) !== index)) return [];
    way.push(outcome.location);
    request = arrived(request, outcome.location);
  }
  if (request === undefined) return [];
  return [
    {
      path: `routes[${index}].redirect`,
      message: `goes round in circles: ${way.slice(0, 3).join(", then ")}; have the route not take what it leads to`,
    },
  ];
}

/** Whether a host is one that the site goes by: its domain, or one that a route names. */
function isOwn(host: string, routes: readonly Route[], domain: string | undefined): boolean {
  const named = routes.flatMap((route) => [route, ...listOf(route.not)]).flatMap((match) => listOf(match.host));
  return host === domain || named.some((each) => hostMatches(each, host));
}

/** The request that a client makes which follows a location. */
function arrived(request: RoutedRequest, location: string): RoutedRequest {
  const [, scheme, host = "", path = "", query = ""] = /^(?:(https?):)?\/\/([^/]*)([^?]*)\??(.*)$/.exec(location) ?? [];
  return { ...request, host, path, query, ...(scheme === undefined ? {} : { scheme: scheme as "http" | "https" }) };
}
