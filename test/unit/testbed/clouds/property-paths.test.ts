import { expect } from "chai";
import * as fc from "fast-check";
import { changes, touches, valuesAt } from "../../../../testbed/clouds/property-paths";

describe("The properties that inputs differ in", () => {
  it("are told through maps and lists", () => {
    const before = { nics: [{ subnet: "a", configs: [{ ip: "1" }] }], tags: ["a", "b"], gone: 1 };
    const after = { nics: [{ subnet: "b", configs: [{ ip: "1" }] }], tags: ["b", "a"], new: 1 };
    expect(changes(before, after)).to.deep.equal({ "nics[0].subnet": "update", gone: "delete", new: "add" });
  });

  it("take a list of another length as one", () => {
    expect(changes({ nics: [{ configs: [] }] }, { nics: [{ configs: [{}] }] })).to.deep.equal({ "nics[0].configs": "update" });
  });

  it("are none for the same list in another order", () => {
    const list = fc.array(fc.record({ port: fc.nat(3) }), { maxLength: 4 });
    fc.assert(
      fc.property(list, (rules) => {
        expect(changes({ rules }, { rules: [...rules].reverse() })).to.deep.equal({});
      }),
    );
  });

  it("touch what they are, what they are part of, and what is part of them", () => {
    expect(touches("nics[1].subnet", "nics[].subnet")).to.equal(true);
    expect(touches("nics", "nics[].subnet")).to.equal(true);
    expect(touches("disk.image.name", "disk")).to.equal(true);
    expect(touches("nics[1].configs", "nics[].subnet")).to.equal(false);
    expect(touches("diskSize", "disk")).to.equal(false);
  });
});

describe("The values at a property", () => {
  it("are those of every element of a list, and of none where there is none", () => {
    const inputs = { nics: [{ configs: [{ ip: "1" }, {}] }, { configs: [{ ip: "2" }] }, {}] };
    expect(valuesAt(inputs, "nics[].configs[].ip")).to.deep.equal(["1", "2"]);
    expect(valuesAt(inputs, "groups[]")).to.deep.equal([]);
  });
});
