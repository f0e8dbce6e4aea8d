import { pathExample } from "./path-pattern";
import { isWildcard, listOf, type NamedValues, type RoutedRequest } from "./route-match";
import { matches, type Route, routeFor } from "./route";
import { firstOf } from "../network/source";

/** The host of requests that no route asks anything of. */
const ANY_HOST = "probe.invalid";
/** What stands in the place of a star, one after the other until a route's `not` leaves it alone. */
const WORDS = ["probe", "probe-2", "p"];
/** The most requests that are tried as a route's example. */
const MAX_TRIES = 200;

/**
 * A request that a route of a site takes, for trying it: one that no earlier route takes, where there is one.
 * Undefined where none is found: the route asks for the other scheme, or leaves next to nothing over.
 *
 * @param scheme What the client speaks. @default "http"
 */
export function exampleFor(
  routes: readonly Route[],
  index: number,
  scheme: "http" | "https" = "http",
): RoutedRequest | undefined {
  const route = routes[index];
  if (route === undefined) return undefined;
  let shadowed: RoutedRequest | undefined;
  for (const candidate of candidates(route)) {
    const request = { ...candidate, scheme };
    if (!matches(route, request)) continue;
    if (routeFor(routes, request) === index) return request;
    shadowed ??= request;
  }
  return shadowed;
}

/** Requests that a route takes unless its `not` is against them. */
function* candidates(route: Route): Generator<RoutedRequest> {
  const [hosts, paths] = [hostsOf(listOf(route.host)), pathsOf(listOf(route.path))];
  const methods = route.method === undefined ? ["GET", "POST", "PUT"] : listOf(route.method);
  const sources = route.from === undefined ? ["192.0.2.1", "2001:db8::1"] : listOf(route.from).map(firstOf);
  const [headers, cookies, queries] = [route.header, route.cookie, route.query].map((values) => combinations(values ?? {}));
  let tries = 0;
  for (const path of paths)
    for (const host of hosts)
      for (const method of methods)
        for (const from of sources)
          for (const header of headers ?? [])
            for (const cookie of cookies ?? [])
              for (const query of queries ?? []) {
                if (tries++ >= MAX_TRIES) return;
                yield { host, path, method, from, headers: lowerCased(header), cookies: cookie, query: queryOf(query) };
              }
}

function pathsOf(paths: readonly string[]): string[] {
  if (paths.length === 0) return ["/", ...WORDS.map((word) => `/${word}`)];
  return paths.flatMap((path) => [...new Set(WORDS.map((word) => pathExample(path, word)))]);
}

function hostsOf(hosts: readonly string[]): string[] {
  if (hosts.length === 0) return [ANY_HOST, "other.probe.invalid"];
  return hosts.flatMap((host) => (isWildcard(host) ? WORDS.map((word) => `${word}${host.slice(1)}`) : [host]));
}

/** Each value of each name once, with the first of all others. */
function combinations(values: NamedValues): Record<string, string>[] {
  const first = Object.fromEntries(Object.entries(values).map(([name, all]) => [name, valueOf(listOf(all)[0])]));
  const others = Object.entries(values).flatMap(([name, all]) =>
    listOf(all)
      .slice(1)
      .map((value) => ({ ...first, [name]: valueOf(value) })),
  );
  return [first, ...others];
}

function valueOf(wanted = ""): string {
  return wanted.replace(/\*$/, "probe");
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function queryOf(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
