import { expect } from "chai";
import { median, spread, written } from "../../../../drills/bench/sample";

describe("A sample of the bench", () => {
  it("has the middle value as its median, or what lies between the two", () => {
    expect(median([30, 10, 20])).to.equal(20);
    expect(median([40, 10, 20, 30])).to.equal(25);
    expect(median([7])).to.equal(7);
  });

  it("is written in about three digits, in the unit asked for", () => {
    expect([written(1234, "s"), written(12_345, "s"), written(0.204, "ms"), written(483.4, "ms")]).to.deep.equal([
      "1.23",
      "12.3",
      "0.20",
      "483",
    ]);
    expect(spread([2000, 1500, 12_000], "s")).to.equal("1.50-12.0");
  });
});
