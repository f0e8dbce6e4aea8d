import { CHALLENGE_PATH } from "../tls/acme";
import type { Plan } from "../plan";
import { type Outcome, outcomeFor } from "./route";
import { hostName, type RoutedRequest } from "./route-match";
import { toHttps } from "./rules-before-routes";

/** What of a plan tells what becomes of a request. */
type Decided = Pick<Plan, "routes" | "https">;

/**
 * What becomes of a request at a balancer, with what comes before its routes: the answer to an authority, and the way to HTTPS.
 * Undefined when nothing takes it.
 *
 * @param httpsPort Port on which the balancer is asked over HTTPS; undefined where it is not.
 */
export function siteOutcome(plan: Decided, httpsPort: number | undefined, request: RoutedRequest): Outcome | undefined {
  return challengeAnswer(plan, request) ?? wayToHttps(plan, httpsPort, request) ?? outcomeFor(plan.routes, request);
}

/** Where a request over HTTP is sent that the site answers over HTTPS only; undefined where it is answered. */
export function wayToHttps({ https }: Decided, httpsPort: number | undefined, request: RoutedRequest): Outcome | undefined {
  if (https?.redirect !== true || httpsPort === undefined) return undefined;
  return outcomeFor([toHttps(httpsPort === 443 ? undefined : `${hostName(request.host)}:${httpsPort}`)], request);
}

/** What an authority is answered by whoever has the account's thumbprint (RFC 8555, 8.1). */
function challengeAnswer(
  { https: { thumbprint } = {} }: { readonly https?: { readonly thumbprint?: string } },
  { path }: RoutedRequest,
): Outcome | undefined {
  const token = path.startsWith(CHALLENGE_PATH) ? path.slice(CHALLENGE_PATH.length) : "";
  if (thumbprint === undefined || !/^[\w-]+$/.test(token)) return undefined;
  return { kind: "response", status: 200, body: `${token}.${thumbprint}` };
}
