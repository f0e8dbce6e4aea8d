import { expect } from "chai";
import { X509Certificate } from "node:crypto";
import type { CertificateInputs } from "../../../../components/contracts/certificate";
import { CertificateResource } from "../../../../provider/keys/certificate";
import { makeAuthority, PEER } from "../../../haproxy/provider/rollout/terminated-site";

const [CLIENT, SERVER] = ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"];

describe("A certificate in the state", () => {
  it("that was one of a client is issued anew for both ends by the next up, and by that one alone", async () => {
    const resource = new CertificateResource();
    const { certificate, bridge, privateKey } = await makeAuthority();
    const before: CertificateInputs = { name: PEER, usage: "client", authority: certificate, bridge, authorityKey: privateKey };
    const { outputs } = await resource.create(before);
    const inputs = { ...before, usage: "both" } as const;
    expect(resource.diff(before, outputs, inputs)).to.deep.equal({ usage: "update" });
    const renewed = await resource.update("", before, outputs, inputs);
    expect(new X509Certificate(outputs.certificate).keyUsage).to.deep.equal([CLIENT]);
    expect(new X509Certificate(renewed.certificate).keyUsage).to.have.members([CLIENT, SERVER]);
    // By its name servers know it.
    expect(new X509Certificate(renewed.certificate).subject).to.equal(`CN=${PEER}`);
    expect(resource.diff(inputs, renewed, inputs)).to.deep.equal({});
  });
});
