import { expect } from "chai";
import * as fc from "fast-check";
import { DRAWS, sharesOf } from "../../../../../components/model/routing/split";

describe("Pools by weight", () => {
  it("share all draws, each by its weight", () => {
    const weights = fc
      .dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.nat(1_000), { minKeys: 1, maxKeys: 20, noNullPrototype: true })
      .filter((all) => Object.values(all).some((weight) => weight > 0));
    fc.assert(
      fc.property(weights, (all) => {
        const shares = sharesOf(all);
        const sum = Object.values(all).reduce((total, weight) => total + weight, 0);
        expect([shares[0]?.from, shares.at(-1)?.to]).to.deep.equal([0, DRAWS]);
        shares.slice(1).forEach(({ from }, i) => expect(from).to.equal(shares[i]?.to));
        for (const { pool, from, to } of shares) expect((to - from) / DRAWS).to.be.closeTo((all[pool] ?? 0) / sum, 2 / DRAWS);
        expect(shares.map(({ pool }) => pool)).to.have.members(Object.keys(all).filter((pool) => all[pool] !== 0));
      }),
    );
  });

  it("keep a canary's clients as it grows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 100 }), fc.nat(DRAWS - 1), (before, more, draw) => {
        const poolOf = (next: number): string | undefined =>
          sharesOf({ web: 100 - next, next }).find(({ from, to }) => from <= draw && draw < to)?.pool;
        if (poolOf(before) === "next") expect(poolOf(Math.min(100, before + more))).to.equal("next");
      }),
    );
  });
});
