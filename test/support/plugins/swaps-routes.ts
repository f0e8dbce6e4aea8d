import { renderBalancer } from "../../../components/haproxy/render/balancer";
import { serveBroken } from "./serve-broken";

/** The first two routes the other way round, once there are more than two: sound to HAProxy, but not what the plan says. */
void serveBroken({
  render: (plan, node) => {
    const [first, second, ...rest] = plan.routes;
    const swapped = first !== undefined && second !== undefined && rest.length > 0;
    return renderBalancer(
      swapped ? { ...plan, routes: [{ ...first, pool: second.pool }, { ...second, pool: first.pool }, ...rest] } : plan,
      node,
    );
  },
});
