import { Duration } from "../../model/duration";
import type { Limits } from "../../model/limits/limits";
import type { NodePlan, Plan } from "../../model/plan";
import { ROLES, type BalancerRole } from "../../model/stack";
import { credentialWords } from "../credentials";
import * as defaults from "../defaults";
import { CURVES } from "./https";

/** Section by which both balancers tell each other what clients have used. */
const PAIR = "pair";
/** What takes the other one's calls over TLS. No pool has a dot in its name. */
const CALLS = `${PAIR}.calls`;
/** Connections kept for the other balancer: one, and those that it has given up already. */
export const CALLS_AT_ONCE = 10;
/** Both say something every three seconds, if only that they are there. */
const SILENT_WITHIN = Duration.seconds(30);

/** Path of the socket on which a balancer hears another one on its machine. */
export function peerSocket(directory: string): string {
  return `unix@${directory}/peer.sock`;
}

/** The other one of a pair. */
export function otherOf(role: BalancerRole): BalancerRole {
  return role === "primary" ? "secondary" : "primary";
}

/** The table in which a balancer counts. */
export function tableOf(role: BalancerRole): string {
  return `${PAIR}/${role}`;
}

/** Whether a balancer is called by the other one over TLS. */
export function isCalled({ calls }: NodePlan, { limits, tls }: Pick<Plan, "limits" | "tls">): boolean {
  return calls !== undefined && limits?.rate !== undefined && tls !== undefined;
}

/** What a node that counts together with the other one says in its global section. */
export function peersGlobal(limits: Limits | undefined, { role }: NodePlan): string[] {
  return limits?.rate === undefined ? [] : [`  localpeer ${role}`];
}

/**
 * Where requests are counted. Each balancer counts in a table of its own, and reads the other's: a table that both write would lose
 * what the one counts while the other's word is on its way. A reload takes the tables over.
 */
export function peersSection(node: NodePlan, plan: Plan): string[] {
  const { rate } = plan.limits ?? {};
  if (rate === undefined) return [];
  const per = Duration.parse(rate.per);
  return [
    `peers ${PAIR}`,
    `  bind "${peerSocket(node.directory)}" mode 600`,
    `  server ${node.role}`,
    `  server ${otherOf(node.role)} ${whereabouts(node, plan)}`,
    ...ROLES.map((role) => `  table ${role} type ipv6 size ${defaults.MOST_CLIENTS} expire ${per} store gpc0_rate(${per})`),
  ];
}

/**
 * What a balancer hears the other one by, where that stands on another machine. Peers alone would take whoever shows a certificate of
 * the site's authority, of which every server has one: whose it is can be asked only here.
 */
export function callsSection(node: NodePlan, plan: Plan): string[] {
  const { calls, directory } = node;
  const { tls } = plan;
  if (calls === undefined || tls === undefined || !isCalled(node, plan)) return [];
  return [
    `listen ${CALLS}`,
    "  mode tcp",
    "  no option idle-close-on-response",
    "  retry-on conn-failure",
    `  bind ${calls.address}:${calls.port} ${credentialWords(tls, directory)} ssl-min-ver TLSv1.3 curves ${CURVES}`,
    `  maxconn ${CALLS_AT_ONCE}`,
    ...["client", "server", "tunnel"].map((end) => `  timeout ${end} ${SILENT_WITHIN}`),
    `  tcp-request session reject unless { ssl_c_s_dn(cn) -m str ${tls.name} }`,
    `  server ${PAIR} "${peerSocket(directory)}"`,
  ];
}

/** Where the other one is. One connection serves both ways, and who is called knows no address of the other: at this one is nobody. */
function whereabouts({ peer, directory }: NodePlan, { tls }: Plan): string {
  if (typeof peer === "string") return `"${peer}"`;
  if (peer === undefined || tls === undefined) return `"unix@${directory}/nobody.sock"`;
  return `${peer.address}:${peer.port} ${credentialWords(tls, directory)} verifyhost ${tls.name}`;
}
