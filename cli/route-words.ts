import { parseArgs } from "node:util";
import { routesOf } from "../components/model/plan";
import { matches, type Outcome, outcomeFor, reasonAgainst, type Route } from "../components/model/routing/route";
import { listOf, type RoutedRequest } from "../components/model/routing/route-match";
import { rulesBeforeRoutes } from "../components/model/routing/rules-before-routes";
import { isAddress, isIn } from "../components/model/network/source";
import { sharesOf } from "../components/model/routing/split";
import type { Stack } from "../components/model/stack";

const USAGE = 'npm run route -- GET https://host/path [-H "name: value"] [--cookie name=value] [--from IP] [--stack NAME]';
/** The part of a site's requests that a pool of several is given, to a tenth of a percent. */
const PERCENT = 10_000;

/**
 * The request that a command line states, in the words of curl.
 * @throws Error that says what is wrong with it.
 */
export function requestOf(words: readonly string[]): RoutedRequest {
  const options = {
    header: { type: "string", short: "H", multiple: true },
    cookie: { type: "string", multiple: true },
    from: { type: "string" },
  } as const;
  const { values, positionals } = parsed(() => parseArgs({ args: [...words], options, allowPositionals: true }));
  const [first = "", second, ...more] = positionals;
  const [method, url] = second === undefined ? ["GET", first] : [first, second];
  // By hand: what is written is what a balancer sees, where URL would take dots out and encode.
  const [, scheme = "", host = "", path = "", query = ""] =
    /^(https?):\/\/([^/?#\s]+)([^?#\s]*)\??([^#\s]*)(?:#\S*)?$/i.exec(url) ?? [];
  if (host === "" || more.length > 0) throw new Error(`${url === "" ? "A request is missing" : `${url} is no URL`}: ${USAGE}`);
  if (!/^[A-Z]+$/.test(method)) throw new Error(`${method} is no method in capitals, such as GET: ${USAGE}`);
  if (values.from !== undefined && !isAddress(values.from)) throw new Error(`--from ${values.from} is no IP address: ${USAGE}`);
  const headers = pairs(values.header ?? [], ":", "-H").map(([name, value]) => [name.toLowerCase(), value] as const);
  const given = Object.fromEntries(headers);
  const cookies = [...(given.cookie ?? "").split(";"), ...(values.cookie ?? [])].filter((text) => text.trim() !== "");
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
    ...(values.from === undefined ? {} : { from: values.from }),
  };
}

/** What of a stack says what becomes of a request. */
export type Deciding = Pick<Stack, "routes" | "pools"> &
  Partial<Pick<Stack, "limits" | "tls" | "maintenance" | "maintenancePage">>;

/** What becomes of a request, and why: each rule that does not take it, with the reason, and the one that does. */
export function explainRoute(stack: Deciding, request: RoutedRequest): string {
  const { routes, limits: { allow = [], deny = [] } = {} } = stack;
  const before = rulesBeforeRoutes(stack, request);
  const all = [...before.map(([, rule]) => rule), ...routesOf(stack)];
  const named = [...before, ...(routes ?? []).map((route, i) => [`routes[${i}]`, route] as const)];
  const lines: string[] = [];
  for (const [path, rule] of named) {
    const reason = reasonAgainst(rule, request);
    lines.push(`  ${path}  ${reason === undefined ? `takes it: ${matchInWords(rule)}` : `no: ${reason}`}`);
    if (reason === undefined) break;
  }
  const isLeft = before.every(([, rule]) => !matches(rule, request));
  if (isLeft && routes === undefined) lines.push("  without routes  all requests go to the one pool");
  const asksSource = all.some((route) => [route, ...listOf(route.not)].some((match) => match.from !== undefined));
  if (request.from === undefined && (asksSource || allow.length + deny.length > 0))
    lines.push(`  ${asksSource ? "a route asks" : "limits ask"} where a request comes from; --from IP says it`);
  const outcome = outcomeFor(all, request);
  const words = outcome === undefined ? ["No route takes it."] : [outcomeInWords(outcome, all, request)];
  return [...lines, ...words, ...outPools(outcome, stack, request)].join("\n");
}

/** What is said of the pools of a request that are declared out. */
function outPools(
  outcome: Outcome | undefined,
  { maintenance = [], maintenancePage }: Deciding,
  { from }: RoutedRequest,
): string[] {
  const isExcepted = (maintenancePage?.exceptFrom ?? []).some((block) => from !== undefined && isIn(from, block));
  if (outcome?.kind !== "pool" || isExcepted) return [];
  const out = outcome.pools.filter((name) => maintenance.some(({ pool }) => pool === name));
  return out.map((pool) => `${pool} is declared out: its maintenance page answers, with status 503`);
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
    if (at < 1) throw new Error(`${option} ${text} has no ${separator} behind a name: ${USAGE}`);
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const;
  });
}

function parsed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw new Error(`${(error as Error).message}: ${USAGE}`, { cause: error });
  }
}
