import { passthroughRouteFor, probedNames } from "../../components/model/routing/passthrough";
import type { Plan } from "../../components/model/plan";
import type { Outcome } from "../../components/model/routing/route";
import { exampleFor } from "../../components/model/routing/route-example";
import type { RoutedRequest } from "../../components/model/routing/route-match";
import { siteOutcome, wayToHttps } from "../../components/model/routing/site-outcome";
import { sharesOf } from "../../components/model/routing/split";
import type { Operation } from "../resource";
import type { BalancerNode, ProbeAnswer } from "../haproxy/node";

/**
 * Asks the balancer's own listener about each route: a configuration that is sound to HAProxy may still send requests elsewhere than
 * the plan says. What clients ask over HTTPS is asked so. The same is asked about each route of connections that goes by a name. A probe of
 * requests states the address that it is taken to come from, so routes by source are asked about as well.
 *
 * @throws Error that names the first request that goes elsewhere.
 */
export async function routesHold(node: BalancerNode, plan: Plan, operation: Operation): Promise<void> {
  const { passthrough = [] } = plan;
  operation.status("asking where each route leads to");
  for (const request of probesOf(node, plan)) {
    operation.signal.throwIfAborted();
    const [planned, found] = [siteOutcome(plan, node.httpsPort, request), await node.route(request)];
    if (!isAsPlanned(planned, request, found)) {
      throw new Error(`${inWords(request)} goes to ${whereTo(found)}, not to ${whereAsPlanned(planned, request)} as planned`);
    }
  }
  for (const name of probedNames(passthrough)) {
    operation.signal.throwIfAborted();
    const [planned, found] = [passthroughRouteFor(passthrough, name)?.pool, await node.passedTo(name)];
    if (found !== planned)
      throw new Error(
        `TLS for ${name ?? "no name"} is ${found === undefined ? "closed, not passed on" : `passed on to ${found}, not`} to ${planned ?? "none"} as planned`,
      );
  }
}

/** How many questions {@link routesHold} asks. */
export function probeCount(node: BalancerNode, plan: Plan): number {
  return probesOf(node, plan).length + probedNames(plan.passthrough).length;
}

/** The requests that are asked: over each scheme those that clients ask so and, where HTTP leads to HTTPS, one that is sent there. */
function probesOf({ httpsPort }: BalancerNode, plan: Plan): RoutedRequest[] {
  const plain = requestsFor(plan.routes, "http");
  if (plan.https === undefined || httpsPort === undefined) return plain;
  const isSent = (request: RoutedRequest): boolean => wayToHttps(plan, httpsPort, request) !== undefined;
  const sent = plain.find(isSent);
  return [...plain.filter((request) => request === sent || !isSent(request)), ...requestsFor(plan.routes, "https")];
}

/** A request for each route, and for each pool of one whose clients stay with theirs. */
function requestsFor(routes: Plan["routes"], scheme: "http" | "https"): RoutedRequest[] {
  return routes.flatMap(({ pools, stickyCookie }, i) => {
    const request = exampleFor(routes, i, scheme);
    if (request === undefined) return [];
    if (pools === undefined || stickyCookie === undefined) return [request];
    const stays = sharesOf(pools).map(({ from }) => ({
      ...request,
      cookies: { ...request.cookies, [stickyCookie]: String(from) },
    }));
    return [request, ...stays];
  });
}

function isAsPlanned(planned: Outcome | undefined, { method }: RoutedRequest, found: ProbeAnswer): boolean {
  const { status, location, pool, path, body } = found;
  switch (planned?.kind) {
    case "redirect":
      return status === planned.status && location === planned.location;
    case "response":
      // An answer to HEAD has no text.
      return pool === undefined && status === planned.status && (method === "HEAD" || body === planned.body);
    case "pool":
      return status === 200 && planned.pools.includes(pool ?? body) && (path === undefined || path === planned.path);
    case undefined:
      return false;
  }
}

/** What is noteworthy of a request: its address, its scheme unless it is HTTP, its method unless it is GET, and whatever else routes may look at. */
function inWords({ scheme, method = "GET", host, path, query = "", headers = {}, cookies }: RoutedRequest): string {
  return [
    ...(method === "GET" ? [] : [method]),
    `${scheme === "https" ? "https://" : ""}${host}${path}${query === "" ? "" : `?${query}`}`,
    ...Object.entries(headers).map(([name, value]) => `with header ${name}: ${value}`),
    ...Object.entries(cookies).map(([name, value]) => `with cookie ${name}=${value}`),
  ].join(" ");
}

function whereTo({ status, location, pool, path, body }: ProbeAnswer): string {
  if (location !== undefined) return `${location} by a redirect ${status}`;
  if (status !== 200) return `an answer ${status} of the balancer`;
  return pool === undefined && body === "" ? "no pool" : `the pool ${pool ?? body}${path === undefined ? "" : ` for ${path}`}`;
}

function whereAsPlanned(planned: Outcome | undefined, { path }: RoutedRequest): string {
  if (planned === undefined) return "none";
  if (planned.kind === "redirect") return `${planned.location} by a redirect ${planned.status}`;
  if (planned.kind === "response") return `an answer ${planned.status} of the balancer`;
  return `${planned.pools.join(" or ")}${planned.path === path ? "" : ` for ${planned.path}`}`;
}
