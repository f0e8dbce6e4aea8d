import { LocalNode } from "../../../provider/rollout/local-node";
import { serveBroken } from "./serve-broken";

/** Without the seeding of new servers as stopped: HAProxy starts them as up. */
class UnseededNode extends LocalNode {
  override writeServerState(): Promise<void> {
    return super.writeServerState("1\n");
  }
}

void serveBroken({ reach: (node) => new UnseededNode(node) });
