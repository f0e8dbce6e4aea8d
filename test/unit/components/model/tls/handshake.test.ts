import { expect } from "chai";
import { readChain } from "../../../../../components/model/tls/certificate";
import { handshakesFor } from "../../../../../components/model/tls/handshake";
import { type MadeCertificate, makeCertificate } from "../../../../support/certificates";

describe("The handshakes by which certificates are tried", () => {
  const fingerprint = (made?: MadeCertificate): string | undefined => readChain(made?.certificate ?? "")[0]?.fingerprint256;
  /** What is asked for, and which certificate is expected. */
  const asked = (certificates: Readonly<Record<string, MadeCertificate>>) =>
    handshakesFor(Object.fromEntries(Object.entries(certificates).map(([name, made]) => [name, made.certificate]))).map(
      (each) => {
        expect(each.fingerprint).to.equal(fingerprint(certificates[each.certificate]));
        return [each.name, each.signatures.startsWith("RSA") ? "rsa" : "ec", each.certificate];
      },
    );

  it("are one for each name of each, a star filled in, and one for no name that the first is for", async () => {
    const shop = await makeCertificate({ names: ["Shop.example.com", "*.shop.example.com"] });
    const api = await makeCertificate({ names: ["api.example.com"], key: "rsa2048" });
    expect(asked({ shop, api })).to.deep.equal([
      [undefined, "rsa", "api"],
      ["api.example.com", "rsa", "api"],
      ["shop.example.com", "ec", "shop"],
      ["evenkeel-probe.shop.example.com", "ec", "shop"],
    ]);
  });

  it("expect of several for one name the first by name, of each kind of key", async () => {
    const names = ["shop.example.com"];
    const [one, two] = [await makeCertificate({ names }), await makeCertificate({ names, key: "p384" })];
    const rsa = await makeCertificate({ names: [...names, "www.example.com"], key: "rsa2048" });
    expect(asked({ two, rsa, one })).to.deep.equal([
      [undefined, "ec", "one"],
      ["shop.example.com", "ec", "one"],
      ["shop.example.com", "rsa", "rsa"],
      ["www.example.com", "rsa", "rsa"],
    ]);
  });

  it("are none without certificates", () => {
    expect(handshakesFor()).to.deep.equal([]);
    expect(handshakesFor({ shop: "none" })).to.deep.equal([]);
  });
});
