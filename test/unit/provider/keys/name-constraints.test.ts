import "reflect-metadata";
import { expect } from "chai";
import { nameConstraints } from "../../../../provider/keys/name-constraints";

/** A name so long that DER needs two bytes for its length. */
const LONG = ["a", "b", "c"].map((letter) => letter.repeat(50)).join(".");
/** No IPv4 address and no IPv6 address, each as an address and a mask of zeros. */
const NO_ADDRESS = `a130300a8708${"00".repeat(8)}30228720${"00".repeat(32)}`;

describe("Name constraints of a CA", () => {
  it("permit names below the domain and no IP address, in the bytes that CAs have had since they were first made", async () => {
    const domain = "shop.evenkeel.internal";
    expect(hex(await nameConstraints(domain))).to.equal(`304ea01a30188216${hex(Buffer.from(domain))}${NO_ADDRESS}`);
  });

  it("hold a domain of more than 127 bytes", async () => {
    expect(hex(await nameConstraints(LONG))).to.equal(`3081d3a0819e30819b828198${hex(Buffer.from(LONG))}${NO_ADDRESS}`);
  });
});

function hex(bytes: ArrayBuffer | Buffer): string {
  return Buffer.from(bytes as ArrayBuffer).toString("hex");
}
