import type { NodePlan } from "../../components/model/plan";
import { HaproxyHost } from "../haproxy/haproxy-host";
import { HaproxyNode } from "../haproxy/haproxy-node";
import { LocalNode } from "./local-node";
import { type BalancerNode } from "../haproxy/node";
import { NodeTrouble } from "../transport/node-trouble";
import { PATIENCE, SshTransport } from "../transport/ssh/transport";
import type { ReachTerminator } from "./terminator";

/** A dead server must not hold up a change: one that restarts is reached by a later run. In milliseconds. */
const KNOWN_SERVER_WITHIN = 10_000;
const SERVER_PATIENCE = { ...PATIENCE, arrival: { ...PATIENCE.arrival, known: KNOWN_SERVER_WITHIN } };

/**
 * A balancer node, wherever it stands: on this machine, or on one that is reached over SSH.
 *
 * @param key Private key for SSH.
 * @throws NodeTrouble when a node on another machine comes without a key.
 */
export function reach(node: NodePlan, key?: string): BalancerNode {
  if (node.remote === undefined) return new LocalNode(node);
  const name = `the ${node.role} balancer`;
  if (key === undefined || key === "") {
    const { address, port } = node.remote;
    throw new NodeTrouble(`${name} stands at ${address}:${port}, but its rollout has no key: give it \`key\``, "it has no key");
  }
  return new HaproxyNode(node, new SshTransport(name, node.remote, key));
}

/** HAProxy on a web server's machine, over SSH. */
export const reachTerminator: ReachTerminator = ({ plan, remote }, key) => {
  const transport = new SshTransport(plan.server, remote, key, SERVER_PATIENCE, "evenkeel-terminator");
  return new HaproxyHost(plan.server, plan.directory, transport);
};
