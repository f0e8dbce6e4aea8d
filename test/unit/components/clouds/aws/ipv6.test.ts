import { expect } from "chai";
import * as fc from "fast-check";
import { isIPv6 } from "node:net";
import { networkIn } from "../../../../../components/clouds/aws/ipv6";

describe("A network in a block of IPv6 addresses", () => {
  const CASES = [
    ["2600:1f18:1:ab00::/56", 0, "2600:1f18:1:ab00::/64"],
    ["2600:1f18:1:ab00::/56", 255, "2600:1f18:1:abff::/64"],
    ["2600:1f18:1:100::/56", 10, "2600:1f18:1:10a::/64"],
    ["2600:1f18:1::/56", 6, "2600:1f18:1:6::/64"],
    ["2600:1f18::/56", 7, "2600:1f18:0:7::/64"],
  ] as const;
  for (const [block, index, network] of CASES) {
    it(`${index} of ${block} is ${network}`, () => expect(networkIn(block, index)).to.equal(network));
  }

  it("is another one for each number, and a block as AWS takes it", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(
        fc.tuple(group, group),
        fc.integer({ min: 0, max: 255 }),
        fc.uniqueArray(fc.nat(255), { minLength: 2 }),
        (head, high, indexes) => {
          const block = `2600:${head.map((number) => number.toString(16)).join(":")}:${(high * 256).toString(16)}::/56`;
          const networks = indexes.map((index) => networkIn(block, index));
          expect(new Set(networks).size).to.equal(networks.length);
          for (const network of networks) expect(isIPv6(network.replace("/64", "")), network).to.equal(true);
        },
      ),
    );
  });

  it("is refused when the block or the number is none", () => {
    for (const block of ["2600:1f18:1:ab01::/56", "2600:1f18:1:ab00::/64", "10.0.0.0/16", "::/56", ""])
      expect(() => networkIn(block, 0), block).to.throw(RangeError, "is not a block such as 2600:1f18:1:ab00::/56");
    for (const index of [-1, 256, 1.5])
      expect(() => networkIn("2600:1f18:1:ab00::/56", index)).to.throw(RangeError, "is not from 0 to 255");
  });
});
