import { expect } from "chai";
import { validityOf } from "../../../../../components/model/tls/certificate";
import { makeCertificate } from "../../../../support/certificates";

const DAY = 86_400_000;

describe("The validity of a certificate", () => {
  /** Days from its beginning to its end, and from when it is due to its end. */
  async function days(life: number): Promise<number> {
    const { certificate } = await makeCertificate({ names: ["shop.example.com"], from: -1, to: life - 1 });
    const { expires, renewsFrom } = validityOf(certificate) ?? { expires: "", renewsFrom: "" };
    return (Date.parse(expires) - Date.parse(renewsFrom)) / DAY;
  }

  it("says that it is due 30 days before its end, or after two thirds of its life where that is later", async () => {
    expect(await days(365)).to.equal(30);
    expect(await days(90)).to.equal(30);
    expect(await days(6)).to.be.closeTo(2, 0.001);
  });

  it("is not known of what is no certificate", () => {
    expect(validityOf("shop.pem")).to.equal(undefined);
  });
});
