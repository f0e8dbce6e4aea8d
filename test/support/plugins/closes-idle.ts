import { renderBalancer } from "../../../components/haproxy/render/balancer";
import type { PluginOptions } from "../../../provider/plugin";

/** Without the setting by which an idle connection is closed only with its next answer. */
export const closesIdle: PluginOptions = {
  render: (plan, node) => {
    const { text, description } = renderBalancer(plan, node);
    return { text: text.replace("  option idle-close-on-response\n", ""), description };
  },
};
