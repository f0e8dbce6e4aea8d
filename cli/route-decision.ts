import { routesOf } from "../components/model/plan";
import { matches, type Outcome, outcomeFor, reasonAgainst, type Route } from "../components/model/routing/route";
import { listOf, type RoutedRequest } from "../components/model/routing/route-match";
import { rulesBeforeRoutes } from "../components/model/routing/rules-before-routes";
import { isAddress, isIn } from "../components/model/network/source";
import { sharesOf } from "../components/model/routing/split";
import type { Stack } from "../components/model/stack";
import { UsageError } from "./command-line/usage-error";

/** The command whose help says how a request is written. */
const COMMAND = "evenkeel route";
/** The part of a site's requests that a pool of several is given, to a tenth of a percent. */
const PERCENT = 10_000;

/** What a command line says of a request beside its method and URL, in the words of curl. */
export interface RequestOptions {
  /** Headers as `name: value`. */
  readonly header?: readonly string[];
  /** Cookies as `name=value`. */
  readonly cookie?: readonly string[];
  /** IP address of the client. */
  readonly from?: string;
}

/**
 * The request that a command line states.
 *
 * @param words Method and URL, or a URL alone.
 * @throws UsageError that says what is wrong with it.
 */
export function requestOf(words: readonly string[], { header = [], cookie = [], from }: RequestOptions = {}): RoutedRequest {
  const [first = "", second, ...more] = words;
  const [method, url] = second === undefined ? ["GET", first] : [first, second];
  // By hand: what is written is what a balancer sees, where URL would take dots out and encode.
  const [, scheme = "", host = "", path = "", query = ""] =
    /^(https?):\/\/([^/?#\s]+)([^?#\s]*)\??([^#\s]*)(?:#\S*)?$/i.exec(url) ?? [];
  if (host === "") throw new UsageError(`${url} is no URL, such as https://shop.example.com/cart`, COMMAND);
  if (more.length > 0) throw new UsageError(`unexpected word ${more[0] ?? ""} after the URL`, COMMAND);
  if (!/^[A-Z]+$/.test(method)) throw new UsageError(`${method} is no method in capitals, such as GET`, COMMAND);
  if (from !== undefined && !isAddress(from)) throw new UsageError(`--from ${from} is no IP address`, COMMAND);
  const headers = pairs(header, ":", "-H").map(([name, value]) => [name.toLowerCase(), value] as const);
  const given = Object.fromEntries(headers);
  const cookies = [...(given.cookie ?? "").split(";"), ...cookie].filter((text) => text.trim() !== "");
  return {
    ...{
      scheme: scheme.toLowerCase() as "http" | "https",
      method,
      host: given.host ?? host,
      path: path === "" ? "/" : path,
      query,
    },
    headers: Object.fromEntries(headers.filter(([name]) => name !== "host" && name !== "cookie")),
    cookies: Object.fromEntries(pairs(cookies, "=", "--cookie")),
    ...(from === undefined ? {} : { from }),
  };
}

/** What of a stack says what becomes of a request. */
export type Deciding = Pick<Stack, "routes" | "pools"> &
  Partial<Pick<Stack, "limits" | "tls" | "maintenance" | "maintenancePage">>;

/** A rule that was held against a request. */
export interface Verdict {
  /** Its place in the stack file, such as `routes[0]`. */
  readonly rule: string;
  /** Why it does not take the request; undefined when it does. */
  readonly reason?: string;
  /** What it says of the requests that it takes. */
  readonly matches: string;
}

/** What becomes of a request, and why. */
export interface Decision {
  readonly request: RoutedRequest;
  /** Every rule up to the one that takes the request. */
  readonly rules: readonly Verdict[];
  /** Undefined when no route takes it. */
  readonly outcome?: Outcome;
  /** The pools of the outcome that are in maintenance, whose page answers. */
  readonly inMaintenance: readonly string[];
  /** The same as a text: each rule that does not take the request, with the reason, the one that does, and what becomes of it. */
  readonly text: string;
}

/** What becomes of a request, and why: each rule that does not take it, with the reason, and the one that does. */
export function decide(stack: Deciding, request: RoutedRequest): Decision {
  const { routes, limits: { allow = [], deny = [] } = {} } = stack;
  const before = rulesBeforeRoutes(stack, request);
  const all = [...before.map(([, rule]) => rule), ...routesOf(stack)];
  const named = [...before, ...(routes ?? []).map((route, i) => [`routes[${i}]`, route] as const)];
  const rules: Verdict[] = [];
  for (const [path, rule] of named) {
    const reason = reasonAgainst(rule, request);
    rules.push({ rule: path, matches: matchInWords(rule), ...(reason === undefined ? {} : { reason }) });
    if (reason === undefined) break;
  }
  const lines = rules.map(
    ({ rule, reason, matches: words }) => `  ${rule}  ${reason === undefined ? `takes it: ${words}` : `no: ${reason}`}`,
  );
  const isLeft = before.every(([, rule]) => !matches(rule, request));
  if (isLeft && routes === undefined) lines.push("  without routes  all requests go to the one pool");
  const asksSource = all.some((route) => [route, ...listOf(route.not)].some((match) => match.from !== undefined));
  if (request.from === undefined && (asksSource || allow.length + deny.length > 0))
    lines.push(`  ${asksSource ? "a route asks" : "limits ask"} where a request comes from; --from IP says it`);
  const outcome = outcomeFor(all, request);
  const inMaintenance = poolsInMaintenance(outcome, stack, request);
  const words = outcome === undefined ? ["No route takes it."] : [outcomeInWords(outcome, all, request)];
  const pages = inMaintenance.map((pool) => `${pool} is in maintenance: its maintenance page answers, with status 503`);
  return {
    request,
    rules,
    ...(outcome === undefined ? {} : { outcome }),
    inMaintenance,
    text: [...lines, ...words, ...pages].join("\n"),
  };
}

/** The pools of a request that are in maintenance for whoever sent it. */
function poolsInMaintenance(
  outcome: Outcome | undefined,
  { maintenance = [], maintenancePage }: Deciding,
  { from }: RoutedRequest,
): string[] {
  const isExcepted = (maintenancePage?.exceptFrom ?? []).some((block) => from !== undefined && isIn(from, block));
  if (outcome?.kind !== "pool" || isExcepted) return [];
  return outcome.pools.filter((name) => maintenance.some(({ pool }) => pool === name));
}

function outcomeInWords(outcome: Outcome, routes: readonly Route[], request: RoutedRequest): string {
  if (outcome.kind === "redirect") return `redirect ${outcome.status} to ${outcome.location}`;
  if (outcome.kind === "response") {
    const [first = "", ...more] = outcome.body.split("\n");
    const text = first === "" ? "no text" : `${first}${more.length === 0 ? "" : " …"}`;
    return `response ${outcome.status}: ${text}`;
  }
  const { pools, path } = outcome;
  const taken = routes.find((route) => reasonAgainst(route, request) === undefined);
  const shares = sharesOf(taken?.pools ?? {}).map(({ pool, from, to }) => `${pool} (${(to - from) / PERCENT} %)`);
  const which = pools.length === 1 ? `pool ${pools[0] ?? ""}` : `one of the pools ${shares.join(", ")}`;
  return `${which}${path === request.path ? "" : `, asked for ${path}`}`;
}

/** What a route says of the requests that it takes. */
function matchInWords({ scheme, host, path, method, header, cookie, query, from, not }: Route): string {
  const said = Object.entries({ scheme, host, path, method, header, cookie, query, from, not }).filter(
    ([, value]) => value !== undefined,
  );
  return said.length === 0 ? "it takes every request" : said.map(([key, value]) => `${key} ${inWords(value)}`).join(", ");
}

function inWords(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function pairs(texts: readonly string[], separator: string, option: string): (readonly [string, string])[] {
  return texts.map((text) => {
    const at = text.indexOf(separator);
    if (at < 1) throw new UsageError(`${option} ${text} has no ${separator} after a name`, COMMAND);
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const;
  });
}
