import { renderBalancer } from "../../../components/haproxy/render/balancer";
import { serveBroken } from "./serve-broken";

/** Without the setting by which an idle connection is closed only with its next answer. */
void serveBroken({
  render: (plan, node) => {
    const { text, description } = renderBalancer(plan, node);
    return { text: text.replace("  option idle-close-on-response\n", ""), description };
  },
});
