import type { NodePlan } from "../../components/model/plan";
import { HaproxyNode } from "./haproxy-node";
import { LocalNode } from "./local-node";
import { type BalancerNode, NodeTrouble } from "./node";
import { SshTransport } from "./ssh/transport";

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
