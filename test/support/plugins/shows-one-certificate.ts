import { renderBalancer } from "../../../components/haproxy/render/balancer";
import { certificateList } from "../../../components/haproxy/certificate-files";
import { sortedEntries } from "../../../components/model/plan";
import { fingerprint } from "../../../components/model/name";
import type { PluginOptions } from "../../../provider/plugin";

/** Of several certificates the first alone, whatever name is asked for: sound to HAProxy, but not what the plan says. */
export const showsOneCertificate: PluginOptions = {
  render: (plan, node) => {
    const { text, description } = renderBalancer(plan, node);
    const certificates = plan.https?.certificates ?? {};
    const [first, second] = sortedEntries(certificates);
    if (first === undefined || second === undefined) return { text, description };
    const one = `crt "certificate-${fingerprint(first[1])}.pem"`;
    return { text: text.replaceAll(`crt-list "${node.directory}/${certificateList(certificates)}"`, one), description };
  },
};
