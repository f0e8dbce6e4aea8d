import { expect } from "chai";
import { type Ask, judgeAll } from "../../../../checks/clouds/judgement";
import { PLANTED_ERRORS } from "../../../../checks/clouds/planted";
import { JUDGES, type PlantedError } from "../../../../checks/clouds/planted/error";
import type { Cloud, DeclaredResource } from "../../../../checks/clouds/record";
import { sampleResources } from "../../../../checks/clouds/sample";

const [MOTO, ...OTHERS] = JUDGES;
const WHOSE: Readonly<Record<Cloud, readonly string[]>> = {
  aws: [MOTO, "cfn-lint"],
  gcp: ["discovery document"],
  digitalocean: ["OpenAPI document"],
};

/** Judges who refuse each planted error as the table has it, and complain of a resource by these names besides. */
function judges(...disliked: readonly string[]): Ask {
  return (cloud, cases) =>
    Promise.resolve(
      cases.flatMap(({ name, records }) =>
        WHOSE[cloud].map((judge) => {
          const planted = /^\d+$/.test(name) ? PLANTED_ERRORS[Number(name)] : undefined;
          const refused = planted !== undefined && refuses(planted, judge) ? records.slice(-1) : [];
          const complaints = [...refused, ...records.filter((record) => disliked.includes(record.name))].map((record) => ({
            ...{ judge, type: record.type, name: record.name, message: "is wrong" },
          }));
          return { judge, cloud, case: name, judged: records.length, complaints };
        }),
      ),
    );
}

function refuses({ refusedBy }: PlantedError, judge: string): boolean {
  return refusedBy.some((name) => name === judge);
}

describe("The judgement of check:clouds", () => {
  const sample = sampleResources();
  const renamed = (declared: readonly DeclaredResource[]): DeclaredResource[] =>
    declared.map((resource) => ({ ...resource, name: `declared-${resource.name}` }));

  it("is good when nobody complains, and every planted error is refused by who is known to", async () => {
    const { opinions, outcomes, failures } = await judgeAll(sample, sample, judges());
    expect(failures).to.deep.equal([]);
    expect(opinions.map(({ judge }) => judge)).to.deep.equal([MOTO, ...OTHERS, "own checks"]);
    expect(opinions.reduce((sum, { judged }) => sum + judged, 0)).to.equal(
      2 * sample.length + sample.filter(({ type }) => type.startsWith("aws:")).length,
    );
    for (const { error, refusedBy } of outcomes) expect(refusedBy).to.include.members([...error.refusedBy]);
  });

  it("is our own where nobody else can be asked", async () => {
    const { opinions, outcomes, failures } = await judgeAll(sample, sample);
    expect(failures).to.deep.equal([]);
    expect(opinions.map(({ judge }) => judge)).to.deep.equal(["own checks"]);
    const others = outcomes.filter(({ error }) => error.refusedBy.every((name) => JUDGES.some((judge) => judge === name)));
    expect(others).to.not.be.empty;
    for (const { refusedBy } of outcomes) for (const name of refusedBy) expect(name).to.match(/^own: /);
  });

  it("has the complaints of what is declared", async () => {
    const { opinions } = await judgeAll(renamed(sample), sample, judges("declared-virginia-vpc"));
    const [moto] = opinions;
    expect(moto?.complaints).to.deep.equal([
      { judge: MOTO, type: "aws:ec2/vpc:Vpc", name: "declared-virginia-vpc", message: "is wrong" },
    ]);
  });

  it("fails when a sound resource is refused, for then an error in it proves nothing", async () => {
    const { failures } = await judgeAll([], sample, judges("newyork"));
    expect(failures).to.include(
      "OpenAPI document refuses the sound newyork (digitalocean:index/vpc:Vpc), which an error was to be planted in: is wrong",
    );
  });

  it("fails when who is known to refuse an error accepts it", async () => {
    const asleep: Ask = async (cloud, cases) =>
      (await judges()(cloud, cases)).map((verdict) => (verdict.judge === MOTO ? { ...verdict, complaints: [] } : verdict));
    const { failures } = await judgeAll(sample, sample, asleep);
    expect(failures).to.have.length(PLANTED_ERRORS.filter((error) => refuses(error, MOTO)).length);
    expect(failures[0]).to.equal(
      'moto accepts "range 10.0.0.0/33" in a aws:ec2/vpc:Vpc, but the table of planted errors says that it refuses',
    );
  });

  it("fails when a type is declared that no error was ever planted in, or that a judge skips", async () => {
    const queue: DeclaredResource = { type: "aws:sqs/queue:Queue", name: "orders", id: "orders", inputs: {} };
    const lazy: Ask = async (cloud, cases) =>
      (await judges()(cloud, cases)).map((verdict) => ({ ...verdict, judged: Math.min(verdict.judged, 1) }));
    const { failures } = await judgeAll([queue, { ...queue, id: "2" }], sample, lazy);
    expect(failures).to.deep.equal([
      "aws:sqs/queue:Queue is declared, but no error is planted in one",
      "moto judged 1 of 2 resources of aws",
      "cfn-lint judged 1 of 2 resources of aws",
    ]);
  });
});
