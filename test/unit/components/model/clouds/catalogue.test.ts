import { expect } from "chai";
import { type Catalogue, machineTypeOf, SIZE_NAMES } from "../../../../../components/model/clouds/catalogue";
import { catalogues } from "./cloud-stack";

describe("The machine type of a size", () => {
  const catalogue: Catalogue | undefined = catalogues("aws");
  if (catalogue === undefined) throw new Error("aws offers nothing");

  it("is the cloud's, unless the data center maps it in its own words", () => {
    expect(SIZE_NAMES.map((size) => machineTypeOf(size, undefined, catalogue))).to.deep.equal([
      "t3.small",
      "t3.medium",
      "m5.xlarge",
    ]);
    const sizes = { small: "t3.medium", huge: "m5.metal" };
    expect(["small", "medium", "huge"].map((size) => machineTypeOf(size, sizes, catalogue))).to.deep.equal([
      "t3.medium",
      "t3.medium",
      "m5.metal",
    ]);
  });

  it("is none for a size that neither knows, also when every object of JavaScript has something of that name", () => {
    for (const size of ["huge", "constructor"]) {
      expect(machineTypeOf(size, {}, catalogue), size).to.equal(undefined);
      expect(machineTypeOf(size, undefined, catalogue), size).to.equal(undefined);
    }
    expect(machineTypeOf("constructor", { constructor: "m5.metal" }, catalogue)).to.equal("m5.metal");
  });
});
