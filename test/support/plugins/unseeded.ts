import { LocalNode } from "../../../provider/rollout/local-node";
import type { PluginOptions } from "../../../provider/plugin";

/** Without the seeding of new servers as stopped: HAProxy starts them as up. */
class UnseededNode extends LocalNode {
  override writeServerState(): Promise<void> {
    return super.writeServerState("1\n");
  }
}

export const unseeded: PluginOptions = { reach: (node) => new UnseededNode(node) };
