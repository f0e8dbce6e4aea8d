import { expect } from "chai";
import { choosePorts } from "../../provider/process/ports";
import { type PlannedChange, plannedChanges, siteOfProof } from "../../drills/changes/changes";
import { MIXED_LOAD, Proof, type Proven } from "../../drills/changes/proof";
import { lineOf } from "../../drills/changes/report";
import { TestSite } from "../support/sites/test-site";

describe("A planned change loses no request and cuts no connection but of what it ends:", () => {
  const base = siteOfProof({ drainWithin: "2s" });
  let site: TestSite;
  let proof: Proof;
  let port: number | undefined;
  before(async () => {
    // No other site on this machine may take it while the front is started again.
    ({ page: port } = await choosePorts({ page: {} }, new Set()));
    site = await TestSite.up({ ...base, failover: { port } });
    proof = await Proof.on(site, MIXED_LOAD);
  });
  after(async () => {
    await proof.end();
    await site.remove();
  });

  const here = ({ steps, ...change }: PlannedChange): PlannedChange => ({
    ...change,
    steps: steps.map((stack) => ({ ...stack, failover: { port } })),
  });

  /** What a change costs is part of what its test shows. */
  function told(proven: Proven): Proven {
    console.log(`      ${lineOf(proven)}`);
    return proven;
  }

  for (const change of plannedChanges(base)) {
    it(change.name, async () => expect(told(await proof.of(here(change))).losses).to.deep.equal([]));
  }

  it("of which the load would tell that it saw nothing", async () => {
    const { losses } = await proof.during("nothing", () => undefined, { reaches: /^nobody$/ });
    expect(losses.join("\n")).to.match(/^the load was answered by \S+, .* alone$/);
  });

  it("and whatever else is lost would be told", async () => {
    const { losses } = await proof.during("a death", () => {
      site.kill("shop-primary");
      site.kill("shop-front");
    });
    expect(losses.join("\n"))
      .to.match(/^\d+ failed of \d+: .*\d+ refused/)
      .and.match(/a WebSocket through the primary .* was cut/);
  });
});
