import { pathMatches } from "./path-pattern";
import { isIn } from "../network/source";

/** One value, or several of which any will do. */
export type OneOrMore<Value> = Value | readonly Value[];
/** What values must be, by name: that very text, one that begins with it (`app/*`), or any at all (`*`). */
export type NamedValues = Readonly<Record<string, OneOrMore<string>>>;

/** Which requests are meant. Whatever it leaves out is any; all that it says must hold. */
export interface RouteMatch {
  /** Scheme that the client speaks. */
  readonly scheme?: "http" | "https" | undefined;
  /** Host name, or `*.example.com` for all names below. Case and port don't matter. */
  readonly host?: OneOrMore<string> | undefined;
  /** Path, as the client writes it: `/cart`, `/api/*` for /api and all below it, or a pattern such as `/*.php`. */
  readonly path?: OneOrMore<string> | undefined;
  /** Method, in capitals. */
  readonly method?: OneOrMore<string> | undefined;
  /** Headers by name, whose case does not matter. */
  readonly header?: NamedValues | undefined;
  /** Cookies by name. */
  readonly cookie?: NamedValues | undefined;
  /** Parameters of the query by name, both as the client writes them. */
  readonly query?: NamedValues | undefined;
  /** Block of addresses that the client's is in: `203.0.113.0/24`, `2001:db8::/32`. */
  readonly from?: OneOrMore<string> | undefined;
}

/** A request, as far as routes look at it. */
export interface RoutedRequest {
  /** @default "http" */
  readonly scheme?: "http" | "https";
  /** @default "GET" */
  readonly method?: string;
  /** Host, with a port or without. */
  readonly host: string;
  /** Path without the query. */
  readonly path: string;
  /** What stands behind the question mark. @default none */
  readonly query?: string;
  /** Headers by name in lower case, less host and cookies. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  /** IP address of the client. @default unknown: it is in no block */
  readonly from?: string;
}

/** The values of a key that may have one or several, or none. */
export function listOf<Value extends string | object>(values: OneOrMore<Value> | undefined): readonly Value[] {
  if (values === undefined) return [];
  return Array.isArray(values) ? (values as readonly Value[]) : [values as Value];
}

/** Why a request is not one of those that are meant, in words that say what it is and what it should be; undefined when it is. */
export function mismatch(match: RouteMatch, request: RoutedRequest): string | undefined {
  for (const { what, is, wanted, fits } of questions(match, request)) {
    if (is.some((value) => wanted.some((each) => fits(each, value)))) continue;
    const got = is.length > 0 ? is.join(", ") : what === "source" ? "unknown" : "missing";
    return `${what} is ${got}, not ${wanted.join(" or ")}`;
  }
  return undefined;
}

/** One thing that is asked of a request: any of what it is must fit any of what is wanted. */
interface Question {
  readonly what: string;
  readonly is: readonly string[];
  readonly wanted: readonly string[];
  readonly fits: (wanted: string, is: string) => boolean;
}

/** What a match asks of a request, one after the other: sites have many routes, of which most differ in what is asked first. */
function* questions(match: RouteMatch, request: RoutedRequest): Generator<Question> {
  const { scheme = "http", method = "GET", query = "", headers = {}, cookies, from } = request;
  const { host, path, header, cookie, query: parameters, from: blocks } = match;
  if (path !== undefined) yield { what: "path", is: [request.path], wanted: listOf(path), fits: pathMatches };
  if (host !== undefined) yield { what: "host", is: [hostName(request.host)], wanted: listOf(host), fits: hostMatches };
  if (match.scheme !== undefined) yield { what: "scheme", is: [scheme], wanted: [match.scheme], fits: equal };
  if (match.method !== undefined) yield { what: "method", is: [method], wanted: listOf(match.method), fits: equal };
  yield* named("header", header, (name) => listOf(own(headers, name.toLowerCase())));
  yield* named("cookie", cookie, (name) => listOf(own(cookies, name)));
  yield* named("query", parameters, (name) => parametersOf(query, name));
  if (blocks !== undefined)
    yield { what: "source", is: listOf(from), wanted: listOf(blocks), fits: (block, address) => isIn(address, block) };
}

function* named(
  kind: string,
  values: NamedValues | undefined,
  valuesOf: (name: string) => readonly string[],
): Generator<Question> {
  for (const [name, wanted] of Object.entries(values ?? {}))
    yield { what: `${kind} ${name}`, is: valuesOf(name), wanted: listOf(wanted), fits: valueMatches };
}

function equal(wanted: string, is: string): boolean {
  return wanted === is;
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** A host without its port, in lower case; an IPv6 address keeps its brackets. The same as HAProxy's `host_only,lower`. */
export function hostName(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

/** Whether a host stands for all names below one. */
export function isWildcard(host: string): boolean {
  return host.startsWith("*.");
}

/** Whether a host's name, in lower case, is one that `host` stands for. */
export function hostMatches(host: string, name: string): boolean {
  return isWildcard(host) ? name.endsWith(host.slice(1).toLowerCase()) : name === host.toLowerCase();
}

/** Whether every host that `inner` stands for is one that `outer` does. */
export function hostCovers(outer: string, inner: string): boolean {
  if (!isWildcard(inner)) return hostMatches(outer, inner.toLowerCase());
  return isWildcard(outer) && hostMatches(outer, inner.slice(1).toLowerCase());
}

/** Whether a value is what `wanted` says: that very text, `app/*` for all that begins with `app/`, `*` for any. */
export function valueMatches(wanted: string, value: string): boolean {
  return wanted.endsWith("*") ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
}

/** The values of a parameter of a query, none decoded; one without `=` is empty. */
function parametersOf(query: string, name: string): string[] {
  return query.split("&").flatMap((part) => {
    const [key = "", ...rest] = part.split("=");
    return key === name ? [rest.join("=")] : [];
  });
}
