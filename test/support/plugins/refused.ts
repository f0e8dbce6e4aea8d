import { renderBalancer } from "../../../components/haproxy/render/balancer";
import type { PluginOptions } from "../../../provider/plugin";

/** A configuration that HAProxy refuses, as soon as a pool has more than one server in a data center. */
export const refused: PluginOptions = {
  render: (plan, node) => {
    const { text, description } = renderBalancer(plan, node);
    return { text: text.includes("web-a-2") ? `${text}nonsense here\n` : text, description };
  },
};
