import { expect } from "chai";
import { blockCovers, isAddress, isIn, mappedBlock } from "../../../../../components/model/network/source";

describe("The source of a request", () => {
  it("is in a block whose addresses begin as its own does", () => {
    expect(isIn("203.0.113.7", "203.0.113.0/24")).to.equal(true);
    expect(isIn("203.0.114.7", "203.0.113.0/24")).to.equal(false);
    expect(isIn("2001:db8:1::7", "2001:db8::/32")).to.equal(true);
    expect(isIn("2001:db9::7", "2001:db8::/32")).to.equal(false);
    expect(isIn("nobody", "0.0.0.0/0")).to.equal(false);
  });

  it("with an IPv4 address is that which maps it, and no other that holds it", () => {
    expect(isIn("203.0.113.7", "::/0")).to.equal(true);
    expect(isIn("::ffff:203.0.113.7", "203.0.113.0/24")).to.equal(true);
    expect(isIn("2002:cb00:7107::1", "203.0.113.0/24")).to.equal(false);
    expect(isIn("::1", "0.0.0.0/0")).to.equal(false);
    expect(mappedBlock("10.0.0.0/8")).to.equal("::ffff:10.0.0.0/104");
  });

  it("may be one of a block that lies in another", () => {
    expect(blockCovers("10.0.0.0/8", "10.1.0.0/16")).to.equal(true);
    expect(blockCovers("10.1.0.0/16", "10.0.0.0/8")).to.equal(false);
    expect(blockCovers("::/0", "10.0.0.0/8")).to.equal(true);
    expect(blockCovers("0.0.0.0/0", "2001:db8::/32")).to.equal(false);
  });

  it("is an IP address", () => {
    expect(["1.2.3.4", "::1", "::ffff:1.2.3.4"].every(isAddress)).to.equal(true);
    expect(["1.2.3", "1.2.3.256", "host", ""].some(isAddress)).to.equal(false);
    // Other programs read some of these, each in its own way.
    expect(
      ["010.2.3.4", "0x1.2.3.4", "16909060", "::ffff:010.2.3.4", "fe80::1%eth0", "[::1]", "::1.2.3.4"].some(isAddress),
    ).to.equal(false);
  });
});
