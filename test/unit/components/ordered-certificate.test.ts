import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { orderCertificate } from "../../../components/ordered-certificate";
import type { HttpsPlan } from "../../../components/model/tls/tls";
import { declared } from "../../support/declared";

const HSTS = { maxAge: "24h", includeSubDomains: false, preload: false };
const OWN = { certificates: { shop: "chain of the shop" }, redirect: true, hsts: HSTS };
const NONE = { ...OWN, certificates: {} };

describe("A certificate that is ordered", () => {
  const order = async (plan: HttpsPlan, isStandIn: boolean): Promise<{ plan: HttpsPlan; inputs?: Record<string, unknown> }> => {
    const { resources, result } = await declared(
      () => {
        const tls = { plan: pulumi.output(plan), keys: pulumi.output<Record<string, string>>({}) };
        const settings = { domains: ["shop.example.com"], directory: "https://acme.example.com", email: undefined };
        return orderCertificate("shop", { ...settings, directoryRoot: undefined, rotation: 0 }, tls, {}).plan;
      },
      { outputs: () => ({ thumbprint: "thumb", certificate: "ordered chain", privateKey: "key", isStandIn }) },
    );
    return { plan: result, inputs: resources[0]?.inputs };
  };

  it("is shown beside those of the stack", async () => {
    const certificates = { shop: "chain of the shop", acme: "ordered chain" };
    expect((await order(OWN, false)).plan).to.deep.equal({ ...OWN, certificates, thumbprint: "thumb" });
    expect((await order(NONE, false)).plan).to.deep.equal({
      ...NONE,
      certificates: { acme: "ordered chain" },
      thumbprint: "thumb",
    });
  });

  it("stands in while nobody trusts it only where there is no other, and sends nobody to HTTPS", async () => {
    expect((await order(OWN, true)).plan).to.deep.equal({ ...OWN, thumbprint: "thumb" });
    expect((await order(NONE, true)).plan).to.deep.equal({
      certificates: { acme: "ordered chain" },
      redirect: false,
      thumbprint: "thumb",
    });
  });

  it("asks for nothing that was left out", async () => {
    const { inputs = {} } = await order(NONE, true);
    expect(inputs).to.deep.include({ domains: ["shop.example.com"], directory: "https://acme.example.com" });
    expect(Object.values(inputs).filter((value) => value !== undefined)).to.have.length(2);
  });
});
