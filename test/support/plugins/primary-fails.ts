import { renderBalancer } from "../../../components/haproxy/render/balancer";
import type { PluginOptions } from "../../../provider/plugin";

/** A configuration that only the primary refuses, as soon as a pool has more than one server in data center a. */
export const primaryFails: PluginOptions = {
  render: (plan, node) => {
    const { text, description } = renderBalancer(plan, node);
    return { text: node.role === "primary" && text.includes("web-a-2") ? `${text}nonsense here\n` : text, description };
  },
};
