import { renderBalancer } from "../../../components/haproxy/render/balancer";
import type { PluginOptions } from "../../../provider/plugin";

/** The first two routes the other way round, once there are more than two: sound to HAProxy, but not what the plan says. */
export const swapsRoutes: PluginOptions = {
  render: (plan, node) => {
    const [first, second, ...rest] = plan.routes;
    const swapped = first !== undefined && second !== undefined && rest.length > 0;
    return renderBalancer(
      swapped ? { ...plan, routes: [{ ...first, pool: second.pool }, { ...second, pool: first.pool }, ...rest] } : plan,
      node,
    );
  },
};
