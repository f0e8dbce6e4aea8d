import { parseArgs } from "node:util";
import { routesOf } from "../components/model/plan";
import { type Outcome, outcomeFor, reasonAgainst, type Route } from "../components/model/route";
import { listOf, type RoutedRequest } from "../components/model/route-match";
import { isAddress } from "../components/model/source";
import { sharesOf } from "../components/model/split";
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

/** What becomes of a request, and why: each route that does not take it, with the reason, and the one that does. */
export function explainRoute({ routes, pools }: Pick<Stack, "routes" | "pools">, request: RoutedRequest): string {
  const all = routesOf({ routes, pools });
  const lines = routes === undefined ? ["  without routes  all requests go to the one pool"] : [];
  for (const [i, route] of (routes ?? []).entries()) {
    const reason = reasonAgainst(route, request);
    if (reason !== undefined) {
      lines.push(`  routes[${i}]  no: ${reason}`);
      continue;
    }
    lines.push(`  routes[${i}]  takes it: ${matchInWords(route)}`);
    break;
  }
  const { from } = request;
  const asksSource = all.some((route) => [route, ...listOf(route.not)].some((match) => match.from !== undefined));
  if (from === undefined && asksSource) lines.push("  a route asks where a request comes from; --from IP says it");
  const outcome = outcomeFor(all, request);
  return [...lines, outcome === undefined ? "No route takes it." : outcomeInWords(outcome, all, request)].join("\n");
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
