import { expect } from "chai";
import { readOptions } from "../../run/options";

describe("The command line of npm test", () => {
  it("runs every tier unless it says otherwise", () => {
    expect(readOptions([])).to.deep.equal({ tiers: ["unit", "haproxy", "engine"], paths: [] });
  });

  it("names tiers, files, words, a shard and a number of jobs", () => {
    const options = readOptions(["--tier", "unit", "test/unit/a.test.ts", "-g", "a (b|c)", "--shard", "2/3", "--jobs", "4"]);
    expect(options).to.deep.equal({
      ...{ tiers: ["unit"], paths: ["test/unit/a.test.ts"], grep: /a (b|c)/, shard: { index: 2, of: 3 }, jobs: 4 },
    });
  });

  it("asks for help", () => {
    expect(readOptions(["-h"])).to.equal("help");
  });

  it("refuses what it does not know", () => {
    for (const [argv, message] of [
      [["--tier", "units"], "--tier units is none of unit, haproxy, engine"],
      [["--shard", "4/3"], "--shard 4/3 must be like 1/3: which one, of how many"],
      [["--shard", "0/3"], "--shard 0/3 must be like 1/3: which one, of how many"],
      [["--jobs", "some"], "--jobs some must be a whole number from 1"],
      [["--grepp", "x"], "Unknown option '--grepp'"],
    ] as const)
      expect(() => readOptions(argv)).to.throw(message);
  });
});
