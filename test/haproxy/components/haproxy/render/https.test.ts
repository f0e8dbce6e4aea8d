import { expect } from "chai";
import { certificateList, certificateTexts } from "../../../../../components/haproxy/certificate-files";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { type MadeCertificate, makeCertificate } from "../../../../support/certificates";
import { complaintAbout, expectTaken } from "../../../../support/programs/haproxy-check";
import { sampleNode, samplePlan } from "../../../../support/sites/sample-plan";

const LISTENER = { address: "127.0.0.1", port: 20_003, frontSocket: "{directory}/front-tls.sock" };
/** A balancer in a cloud; this machine lets nobody listen on port 80. */
const REMOTE = sampleNode({
  site: { address: "127.0.0.1", port: 20_001 },
  https: { address: "0.0.0.0", port: 443 },
  ipv6: true,
  frontSocket: undefined,
});

describe("The configuration of a balancer that ends TLS of clients", () => {
  let [shop, api]: MadeCertificate[] = [];
  before(async () => {
    [shop, api] = [await makeCertificate({ names: ["shop.example.com"] }), await makeCertificate({ names: ["api.example.com"] })];
  });
  const chains = (): Record<string, string> => ({ shop: shop?.certificate ?? "", api: api?.certificate ?? "" });
  const keys = (): Record<string, string> => ({ shop: shop?.key ?? "", api: api?.key ?? "" });

  it("is one that HAProxy takes, with the files that it names and not without them", () => {
    const certificates = chains();
    const https = { certificates, redirect: true, hsts: { maxAge: "17520h", includeSubDomains: true, preload: false } };
    for (const node of [sampleNode({ https: LISTENER }), REMOTE]) {
      const { text } = renderBalancer(samplePlan(undefined, { https }), node);
      expectTaken(text, certificateTexts(certificates, keys()));
      expect(complaintAbout(text)).to.include(certificateList(certificates));
    }
  });
});
