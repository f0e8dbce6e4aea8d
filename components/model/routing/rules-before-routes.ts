import { CHALLENGE_PATH } from "../tls/acme";
import type { Route } from "./route";
import type { RoutedRequest } from "./route-match";
import type { Stack } from "../stack";

/** What a balancer answers whom it does not serve. */
export const REFUSED = { status: 403, body: "not for this address" } as const;

/** What may become of a request before any route is asked: a rule in the words of routes, by its place in the stack file. */
export type RulesBeforeRoutes = readonly (readonly [path: string, rule: Route])[];

/**
 * The rule by which a request over HTTP is sent to HTTPS, all but what an authority asks.
 *
 * @param host Where to; by default the host that was asked, without its port.
 */
export function toHttps(host?: string): Route {
  return { scheme: "http", not: { path: `${CHALLENGE_PATH}*` }, redirect: { status: 308, scheme: "https", host } };
}

/**
 * What a balancer asks of a request before its routes, in that order: who is served at all, and whether it has to come by HTTPS. How much a client
 * asks is not among it. Of a request that does not say where it comes from (`from`), nothing is asked about that.
 */
export function rulesBeforeRoutes(
  { limits: { allow = [], deny = [] } = {}, tls }: { readonly limits?: Partial<Stack["limits"]>; readonly tls?: Stack["tls"] },
  { from }: Pick<RoutedRequest, "from">,
): RulesBeforeRoutes {
  const isKnown = from !== undefined;
  return [
    ...(isKnown && deny.length > 0 ? [["limits.deny", { from: deny, respond: REFUSED }] as const] : []),
    ...(isKnown && allow.length > 0 ? [["limits.allow", { not: { from: allow }, respond: REFUSED }] as const] : []),
    ...(tls?.redirect === true ? [["tls.redirect", toHttps()] as const] : []),
  ];
}
