import { type HeaderChanges, type Redirect, type Rewrite, type Route } from "../../model/routing/route";
import { isPrefix, escaped } from "../../model/routing/path-pattern";
import { sortedEntries } from "../../model/plan";
import { listOf } from "../../model/routing/route-match";
import { DRAW, DRAWS, sharesOf } from "../../model/routing/split";
import { quoted, quotedFormat } from "../quote";
import { conditions, SOURCE } from "./match";
import { returnBody } from "./page";

/** Header by which a rollout asks a balancer, on its own machine, what a request is given; its value may be the client's address. */
export const PROBE_HEADER = "x-evenkeel-probe";
/** Headers of the answer to that: the pool, and the path that its server would be asked for. */
export const POOL_HEADER = "x-evenkeel-pool";
export const PATH_HEADER = "x-evenkeel-path";
/** That it is a rollout that asks; whoever else asks from the machine itself is told no more than that. */
export const IS_PROBE = "{ var(txn.probe) -m found }";
/** In the place of a pool's name where no pool answers. No pool can be called so. */
const NO_POOL = "-";

/** The rule by which a frontend knows the question of a rollout; before any that changes what `src` is. */
export function probeMark(): string {
  return `  http-request set-var(txn.probe) bool(true) if { src 127.0.0.0/8 ::1 } { req.hdr(${PROBE_HEADER}) -m found }`;
}

/** The rules of a frontend by which each request is given its pool, or is answered. */
export function routeRules(routes: readonly Route[]): string[] {
  const source = routes.some((route) => [route, ...listOf(route.not)].some(({ from }) => from !== undefined));
  return [
    ...(source
      ? [`  http-request set-var(${SOURCE}) src`, `  http-request set-var(${SOURCE}) req.hdr_ip(${PROBE_HEADER}) if ${IS_PROBE}`]
      : []),
    ...routes.flatMap(decision),
    ...routes.flatMap((route, i) => [...pathRules(route, i), ...answerRules(route, i)]),
    probeRule(routes),
  ];
}

/** The rules of a frontend by which headers are changed on their way, after its own. */
export function routeHeaderRules(routes: readonly Route[]): string[] {
  return routes.flatMap((route, i) => [
    ...headerRules("http-request", route.requestHeaders, i),
    ...stickyRules(route, i),
    ...headerRules("http-after-response", route.responseHeaders, i),
  ]);
}

/** The lines that give a request to a route, unless an earlier one has it. */
function decision(route: Route, index: number): string[] {
  const { words, lines } = conditions(route, `route-${index}`);
  const excluded = listOf(route.not).map((match, i) => conditions(match, `route-${index}-not-${i}`));
  const except = `{ var(txn.except) -m int ${index} }`;
  const all = [index === 0 ? "" : " !{ var(txn.pool) -m found }", words, excluded.length === 0 ? "" : ` !${except}`].join("");
  const takes = all === "" ? "" : ` if${all}`;
  const { pool = "", pools } = route;
  return [
    ...lines,
    ...excluded.flatMap((match) => [
      ...match.lines,
      `  http-request set-var(txn.except) int(${index}) if${match.words || " TRUE"}`,
    ]),
    ...(isPlain(route)
      ? [`  http-request set-var(txn.pool) str(${pool})${takes}`]
      : [
          `  http-request set-var(txn.route) int(${index})${takes}`,
          ...(pools === undefined
            ? [`  http-request set-var(txn.pool) str(${pool === "" ? NO_POOL : pool}) if ${isRoute(index)}`]
            : splitRules(pools, route.stickyCookie, index)),
        ]),
  ];
}

/** Whether nothing but its pool is to be known of a route once it has taken a request. */
function isPlain({ pool, rewrite, requestHeaders, responseHeaders }: Route): boolean {
  return pool !== undefined && [rewrite, requestHeaders, responseHeaders].every((key) => key === undefined);
}

function isRoute(index: number): string {
  return `{ var(txn.route) -m int ${index} }`;
}

/** One of several pools, by a number that is drawn for the request, or was for its client. */
function splitRules(pools: Readonly<Record<string, number>>, cookie: string | undefined, index: number): string[] {
  const shares = sharesOf(pools);
  const last = shares.at(-1)?.pool ?? "";
  return [
    ...(cookie === undefined
      ? []
      : [
          `  http-request set-var(txn.draw) req.cook(${cookie}),add(0) if ${isRoute(index)} { req.cook(${cookie}) -m reg ${DRAW.source} }`,
        ]),
    `  http-request set-var(txn.drawn) rand(${DRAWS}) if ${isRoute(index)} !{ var(txn.draw) -m found }`,
    `  http-request set-var(txn.draw) var(txn.drawn) if ${isRoute(index)} !{ var(txn.draw) -m found }`,
    ...shares
      .slice(0, -1)
      .map(
        ({ pool, to }) =>
          `  http-request set-var(txn.pool) str(${pool}) if ${isRoute(index)} !{ var(txn.pool) -m found } { var(txn.draw) -m int lt ${to} }`,
      ),
    `  http-request set-var(txn.pool) str(${last}) if ${isRoute(index)} !{ var(txn.pool) -m found }`,
  ];
}

/** The number that was drawn for a client, told to it once, for as long as its browser is open. */
function stickyRules({ stickyCookie }: Route, index: number): string[] {
  if (stickyCookie === undefined) return [];
  const cookie = `  http-after-response add-header Set-Cookie "${stickyCookie}=%[var(txn.drawn)]; Path=/; HttpOnly; SameSite=Lax`;
  const drawn = `if ${isRoute(index)} { var(txn.drawn) -m found }`;
  return [`${cookie}" ${drawn} !{ ssl_fc }`, `${cookie}; Secure" ${drawn} { ssl_fc }`];
}

/** The path that stands in the place of the one that was asked for. */
function pathRules(route: Route, index: number): string[] {
  const { path }: Rewrite = route.rewrite ?? route.redirect ?? {};
  if (path === undefined) return [];
  const prefix = listOf(route.path)[0] ?? "";
  if (!path.endsWith("/*") || !isPrefix(prefix)) return [`  http-request set-path ${quotedFormat(path)} if ${isRoute(index)}`];
  const before = `^${escaped(prefix.slice(0, -2))}`;
  const [rest, kept] =
    path === "/*"
      ? [quoted(`${before}/*(.*)$`), '"/\\\\1"']
      : [quoted(`${before}(/.*)?$`), `${quotedFormat(path.slice(0, -2)).slice(0, -1)}\\\\1"`];
  return [`  http-request replace-path ${rest} ${kept} if ${isRoute(index)}`];
}

function answerRules({ redirect, respond }: Route, index: number): string[] {
  if (redirect !== undefined)
    return [`  http-request redirect location ${locationFormat(redirect)} code ${redirect.status} if ${isRoute(index)}`];
  if (respond === undefined) return [];
  const { status, body = "", contentType = "text/plain; charset=utf-8" } = respond;
  return [`  ${returnBody({ status, body, contentType })} if ${isRoute(index)}`];
}

/** Where a redirect leads to, once the path is what it shall be. */
function locationFormat({ scheme, host }: Redirect): string {
  const asked = scheme === undefined ? "%[req.hdr(host)]" : "%[req.hdr(host),host_only,lower]";
  return `"${scheme === undefined ? "" : `${scheme}:`}//${host ?? asked}%[pathq]"`;
}

/** A rollout asks here what a request would be given, before the other balancer gets the same configuration. */
function probeRule(routes: readonly Route[]): string {
  // An answer to HEAD has no text.
  const headers = routes.every((route) => isPlain(route) && route.method === undefined)
    ? ""
    : ` hdr ${POOL_HEADER} %[var(txn.pool)] hdr ${PATH_HEADER} %[path]`;
  return `  http-request return status 200 content-type text/plain${headers} lf-string %[var(txn.pool)] if ${IS_PROBE}`;
}

function headerRules(rule: string, { remove = [], set = {}, add = {} }: HeaderChanges = {}, index: number): string[] {
  const each = (action: string, values: Readonly<Record<string, string>>): string[] =>
    sortedEntries(values).map(([name, value]) => `  ${rule} ${action} ${name} ${quotedFormat(value)} if ${isRoute(index)}`);
  return [
    ...remove.map((name) => `  ${rule} del-header ${name} if ${isRoute(index)}`),
    ...each("set-header", set),
    ...each("add-header", add),
  ];
}
