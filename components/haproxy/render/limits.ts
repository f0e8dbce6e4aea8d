import { Duration } from "../../model/duration";
import type { Limits } from "../../model/limits/limits";
import type { NodePlan } from "../../model/plan";
import { REFUSED } from "../../model/routing/rules-before-routes";
import { bytesOf } from "../../model/limits/size";
import type { BalancerRole } from "../../model/stack";
import { addressList } from "../address-list";
import * as defaults from "../defaults";
import { otherOf, tableOf } from "./peers";
import { IS_PROBE } from "./routes";

/** Who a client is to a counter. Who has one IPv6 address has all of a /64 (RFC 7421), and could use another one each time. */
const CLIENT = "src,ipmask(32,64)";
/** How long an idle client's count of connections is kept. */
const CONNECTIONS_EXPIRE = Duration.minutes(1);

/**
 * Rules on connections, before anything is read from them.
 *
 * @param counted Name of another frontend, with whose connections these count together. @default none
 */
export function connectionRules(limits: Limits | undefined, counted?: string): string[] {
  if (limits?.connections === undefined) return [];
  const exempt = [
    ...addressList("uncounted", limits.exempt),
    // A proxy's connections are those of many clients.
    ...addressList("uncounted", limits.trustedProxies),
  ];
  return [
    ...(counted === undefined
      ? [`  stick-table type ipv6 size ${defaults.MOST_CLIENTS} expire ${CONNECTIONS_EXPIRE} store conn_cur`]
      : []),
    ...exempt,
    `  tcp-request session track-sc1 ${CLIENT}${counted === undefined ? "" : ` table ${counted}`}${exempt.length === 0 ? "" : " unless uncounted"}`,
    `  tcp-request session reject if { sc1_conn_cur gt ${limits.connections} }`,
  ];
}

/**
 * Rules by which connections that are passed on are closed, where a request would be refused for its client.
 *
 * @param but Condition of connections that have no client. @default there are none
 */
export function refusedConnectionRules(limits: Limits | undefined, but?: string): string[] {
  if (limits === undefined) return [];
  const { allow, deny } = limits;
  return [
    ...addressList("allowed", allow),
    ...addressList("denied", deny),
    ...(deny.length === 0 ? [] : ["  tcp-request session reject if denied"]),
    ...(allow.length === 0 ? [] : [`  tcp-request session reject if !allowed${but === undefined ? "" : ` !${but}`}`]),
  ];
}

/** Rules on requests, once their client is known: who is served, how much it may send, and how often. */
export function requestRules(limits: Limits | undefined, { role }: NodePlan): string[] {
  if (limits === undefined) return [];
  const { allow, deny, headerSize, bodySize } = limits;
  return [
    ...addressList("allowed", allow),
    ...addressList("denied", deny),
    ...(deny.length === 0 ? [] : [refusal(REFUSED.status, REFUSED.body, "denied")]),
    ...(allow.length === 0 ? [] : [refusal(REFUSED.status, REFUSED.body, "!allowed")]),
    ...rateRules(limits, role),
    ...(headerSize === undefined ? [] : [refusal(431, "headers too large", `{ req.hdrs,length gt ${bytesOf(headerSize)} }`)]),
    ...(bodySize === undefined
      ? []
      : [
          refusal(413, "body too large", `{ req.hdr_val(content-length) gt ${bytesOf(bodySize)} }`),
          // What does not tell its length could only be stopped in its midst, when a server has seen half of it.
          refusal(411, "body without content-length", "{ req.hdr(transfer-encoding) -m found }"),
        ]),
  ];
}

/** What is refused for the rate does not count: a client that asks a little too often still gets what it may. */
function rateRules({ rate, exempt }: Limits, role: BalancerRole): string[] {
  if (rate === undefined) return [];
  const seconds = Math.ceil(Duration.parse(rate.per).milliseconds / 1_000);
  const counted = ` if${exempt.length === 0 ? "" : " !exempt"} !${IS_PROBE}`;
  return [
    ...addressList("exempt", exempt),
    `  http-request track-sc0 ${CLIENT} table ${tableOf(role)}${counted}`,
    `  http-request set-var(txn.elsewhere) ${CLIENT},table_gpc0_rate(${tableOf(otherOf(role))})`,
    `  http-request set-var(txn.rate) sc0_gpc0_rate,add(txn.elsewhere)${counted}`,
    refusal(429, "too many requests", `{ var(txn.rate) -m int ge ${rate.requests} }`, ` hdr Retry-After ${seconds}`),
    `  http-request sc-inc-gpc0(0)${counted}`,
  ];
}

function refusal(status: number, word: string, condition: string, header = ""): string {
  return `  http-request deny status ${status} content-type text/plain string "${word}\\n"${header} if ${condition} !${IS_PROBE}`;
}
