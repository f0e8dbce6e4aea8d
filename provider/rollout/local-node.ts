import type { NodePlan } from "../../components/model/plan";
import { HaproxyNode } from "../haproxy/haproxy-node";
import { LocalTransport } from "../transport/local-transport";

/** A balancer on this machine. */
export class LocalNode extends HaproxyNode {
  constructor(node: NodePlan) {
    super(node, new LocalTransport());
  }
}
