import { expect } from "chai";
import { ownComplaints } from "../../../../checks/clouds/own-checks";
import { PLANTED_ERRORS, plant, plantedTable } from "../../../../checks/clouds/planted";
import { sampleResources } from "../../../../checks/clouds/sample";

describe("The planted errors of check:clouds", () => {
  const sample = sampleResources();

  it("are planted in resources that are sound", () => {
    expect(ownComplaints(sample)).to.deep.equal([]);
  });

  it("are one at least for each type", () => {
    const types = new Set(sample.map(({ type }) => type));
    expect(new Set(PLANTED_ERRORS.map(({ type }) => type))).to.deep.equal(types);
  });

  for (const error of PLANTED_ERRORS) {
    const own = error.refusedBy.filter((judge) => judge.startsWith("own: "));
    if (own.length === 0) continue;
    it(`"${error.what}" in ${error.type} is refused by ${own.join(", ")}`, () => {
      const { all } = plant(error, sample);
      expect(ownComplaints(all).map(({ judge }) => judge)).to.include.members(own);
    });
  }

  it("change one resource, and bring what it needs", () => {
    for (const error of PLANTED_ERRORS) {
      const { all, few, control } = plant(error, sample);
      expect(all.filter((resource) => !sample.includes(resource))).to.have.length(1);
      expect(few.filter((resource) => !control.includes(resource))).to.have.length(1);
      expect(few.map(({ id }) => id)).to.deep.equal(control.map(({ id }) => id));
    }
  });

  it("go into what the program declares before they go into the sample", () => {
    const [error] = PLANTED_ERRORS;
    const [vpc] = sample;
    if (error === undefined || vpc === undefined) throw new Error("there is no error, or no sample");
    const declared = [{ ...vpc, name: "declared", id: "vpc-1" }];
    expect(plant(error, declared, sample).few.map(({ name }) => name)).to.deep.equal(["declared"]);
    expect(plant(error, [], sample).few.map(({ name }) => name)).to.deep.equal([vpc.name]);
    expect(() => plant(error, [])).to.throw(`no ${error.type} is there to have the error "${error.what}"`);
  });

  it("stand in a table, a line each", () => {
    const lines = plantedTable().split("\n");
    expect(lines).to.have.length(PLANTED_ERRORS.length + 2);
    expect(lines[2]).to.equal("| `aws:ec2/vpc:Vpc` | range 10.0.0.0/33 | moto, cfn-lint, own: network blocks |");
  });
});
