import { handshakesFor, type PlannedHandshake } from "../../components/model/tls/handshake";
import type { Plan } from "../../components/model/plan";
import { NoAnswer } from "../transport/probe";
import type { Operation } from "../resource";
import type { BalancerNode } from "../haproxy/node";

/**
 * Asks the balancer's own listener for each name of each certificate, and for none: a configuration that is sound to HAProxy may still show
 * clients another certificate than the plan says.
 *
 * @throws Error that names the first certificate that is not shown, and who asks for it.
 */
export async function certificatesHold(node: BalancerNode, plan: Plan, operation: Operation): Promise<void> {
  const handshakes = handshakesOf(node, plan);
  if (handshakes.length > 0) operation.status("asking which certificate is shown for each name");
  for (const handshake of handshakes) {
    operation.signal.throwIfAborted();
    const { name, certificate, fingerprint } = handshake;
    const found = await shownFor(node, handshake);
    if (found === fingerprint) continue;
    const known = handshakes.find((other) => other.fingerprint === found);
    const shown = known === undefined ? found : `the certificate ${known.certificate}`;
    throw new Error(`TLS for ${name ?? "no name"} shows ${shown}, not the certificate ${certificate} as planned`);
  }
}

/** How many questions {@link certificatesHold} asks. */
export function handshakeCount(node: BalancerNode, plan: Plan): number {
  return handshakesOf(node, plan).length;
}

function handshakesOf({ httpsPort }: BalancerNode, { https }: Plan): PlannedHandshake[] {
  return httpsPort === undefined ? [] : handshakesFor(https?.certificates);
}

/** The fingerprint of what is shown, or in words that nothing is. */
async function shownFor(node: BalancerNode, handshake: PlannedHandshake): Promise<string> {
  try {
    return await node.shownCertificate(handshake);
  } catch (error) {
    if (error instanceof NoAnswer) return `none (${error.message.trim()})`;
    throw error;
  }
}
