import { DRAW, sharesOf } from "./split";
import { isPrefix } from "./path-pattern";
import { hostName, listOf, mismatch, type OneOrMore, type RoutedRequest, type RouteMatch } from "./route-match";

/** One rule of the site: which requests, and what becomes of them. It has one of pool, pools, redirect and respond. */
export interface Route extends RouteMatch {
  /** What it does not take of the requests that it otherwise would; of several, any. */
  readonly not?: OneOrMore<RouteMatch> | undefined;
  /** Name of the pool that answers. */
  readonly pool?: string | undefined;
  /** Or: pools by name, with the weight by which each is given its share. */
  readonly pools?: Readonly<Record<string, number>> | undefined;
  /** Name of the cookie by which a client stays with the pool that it was given. @default each request may go to another */
  readonly stickyCookie?: string | undefined;
  /** Or: where the client is sent. */
  readonly redirect?: Redirect | undefined;
  /** Or: what the balancer answers by itself. */
  readonly respond?: Response | undefined;
  /** What a server is asked for instead. */
  readonly rewrite?: Rewrite | undefined;
  /** What becomes of the headers of a request on its way to a server. */
  readonly requestHeaders?: HeaderChanges | undefined;
  /** What becomes of the headers of the answer. */
  readonly responseHeaders?: HeaderChanges | undefined;
}

/** Another path: that very one, or `/new/*`, where the rest behind the route's own prefix is kept. The query is kept. */
export interface Rewrite {
  readonly path?: string | undefined;
}

/** Where a client is sent; what it leaves out stays as it was asked for. */
export interface Redirect extends Rewrite {
  /** 301 and 308 are for good, and kept by browsers; 307 and 308 repeat the method. */
  readonly status: 301 | 302 | 307 | 308;
  readonly scheme?: "http" | "https" | undefined;
  /** Host, with a port or without. */
  readonly host?: string | undefined;
}

/** What a balancer answers by itself. */
export interface Response {
  /** From 200 to 599. */
  readonly status: number;
  /** Its text. @default "" */
  readonly body?: string | undefined;
  /** @default "text/plain; charset=utf-8" */
  readonly contentType?: string | undefined;
}

/** Changes of headers; what is removed is removed first. */
export interface HeaderChanges {
  readonly remove?: readonly string[] | undefined;
  readonly set?: Readonly<Record<string, string>> | undefined;
  readonly add?: Readonly<Record<string, string>> | undefined;
}

/** What becomes of a request. */
export type Outcome =
  /** One of these pools answers, asked for this path. */
  | { readonly kind: "pool"; readonly pools: readonly string[]; readonly path: string }
  /** The client is sent elsewhere. */
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  /** The balancer answers by itself. */
  | { readonly kind: "response"; readonly status: number; readonly body: string };

/** Why a route does not take a request; undefined when it does. */
export function reasonAgainst(route: Route, request: RoutedRequest): string | undefined {
  const reason = mismatch(route, request);
  if (reason !== undefined) return reason;
  const excluded = listOf(route.not).find((match) => mismatch(match, request) === undefined);
  return excluded === undefined ? undefined : `it is one of those that "not" names: ${JSON.stringify(excluded)}`;
}

/** Whether a route takes a request. */
export function matches(route: Route, request: RoutedRequest): boolean {
  return reasonAgainst(route, request) === undefined;
}

/** The first route that takes a request, as its index; -1 when none does. */
export function routeFor(routes: readonly Route[], request: RoutedRequest): number {
  return routes.findIndex((route) => matches(route, request));
}

/** What becomes of a request; undefined when no route takes it. */
export function outcomeFor(routes: readonly Route[], request: RoutedRequest): Outcome | undefined {
  const route = routes[routeFor(routes, request)];
  if (route === undefined) return undefined;
  const { redirect, respond } = route;
  if (redirect !== undefined)
    return { kind: "redirect", status: redirect.status, location: locationOf(route, redirect, request) };
  if (respond !== undefined) return { kind: "response", status: respond.status, body: respond.body ?? "" };
  return { kind: "pool", pools: poolsFor(route, request), path: pathAfter(route, route.rewrite, request.path) };
}

/** The pools that a route can give a request. */
function poolsOf({ pool, pools }: Route): string[] {
  return pool === undefined ? sharesOf(pools ?? {}).map((share) => share.pool) : [pool];
}

/** Whether a route takes every request. */
export function takesAll(route: Route): boolean {
  const { scheme, host, path, method, from, header, cookie, query, not } = route;
  return (
    [scheme, host, path, method, from, not].every((key) => key === undefined) &&
    [header, cookie, query].every((named) => Object.keys(named ?? {}).length === 0)
  );
}

/** The pools that one request may be given: a single one where its client has drawn before. */
function poolsFor(route: Route, { cookies }: RoutedRequest): string[] {
  const { pools, stickyCookie = "" } = route;
  const drawn = Object.hasOwn(cookies, stickyCookie) ? (cookies[stickyCookie] ?? "") : "";
  if (pools === undefined || !DRAW.test(drawn)) return poolsOf(route);
  return sharesOf(pools).flatMap(({ pool, from, to }) => (from <= Number(drawn) && Number(drawn) < to ? [pool] : []));
}

/** The path that stands in the place of the one that was asked for. */
function pathAfter(route: RouteMatch, { path }: Rewrite = {}, asked: string): string {
  if (path === undefined) return asked;
  const prefix = listOf(route.path)[0] ?? "";
  if (!path.endsWith("/*") || !isPrefix(prefix)) return path;
  const rest = asked.slice(prefix.length - 2);
  // What is left must not begin with two slashes, which some take for a host.
  return path === "/*" ? `/${rest.replace(/^\/+/, "")}` : `${path.slice(0, -2)}${rest}`;
}

/** Without a scheme of its own a redirect keeps the one that was asked for, which a location without any means (RFC 3986, 4.2). */
function locationOf(route: RouteMatch, redirect: Redirect, { host, path, query = "" }: RoutedRequest): string {
  const { scheme } = redirect;
  // Another scheme has another port.
  const authority = redirect.host ?? (scheme === undefined ? host : hostName(host));
  const asked = query === "" ? "" : `?${query}`;
  return `${scheme === undefined ? "" : `${scheme}:`}//${authority}${pathAfter(route, redirect, path)}${asked}`;
}
