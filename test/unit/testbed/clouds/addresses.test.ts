import { expect } from "chai";
import * as fc from "fast-check";
import { Addresses, isInside, overlap } from "../../../../testbed/clouds/addresses";

describe("Addresses of stand-in machines", () => {
  it("are of their network, no two the same, and the same in every run", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 40 }), (ids) => {
        const all = (addresses: Addresses): string[] => ids.map((id) => addresses.within("10.1.0.0/24", { urn: "a", id }));
        const given = all(new Addresses());
        expect(new Set(given).size).to.equal(ids.length);
        for (const address of given) expect(isInside(`${address}/32`, "10.1.0.0/24")).to.equal(true);
        expect(all(new Addresses())).to.deep.equal(given);
      }),
    );
  });

  it("are kept by whoever has one, and free once they are given back", () => {
    const addresses = new Addresses();
    const block = "192.0.2.0/29";
    const one = { urn: "a", id: "1" };
    const address = addresses.within(block, one);
    expect(addresses.within(block, one)).to.equal(address);
    expect(() => [...Array(8).keys()].map((id) => addresses.within(block, { urn: "a", id: `x${id}` }))).to.throw(
      "no free address",
    );
    addresses.release(one);
    expect(addresses.isOurs(address)).to.equal(true);
    expect(addresses.within(block, { urn: "b", id: "2" })).to.equal(address);
  });

  it("overlap when one network holds a part of the other", () => {
    expect(overlap("10.0.0.0/16", "10.0.200.0/24")).to.equal(true);
    expect(overlap("10.0.0.0/24", "10.0.1.0/24")).to.equal(false);
  });
});
