import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import { ROOT } from "../support/sites/test-site";
import { threeClouds, webIn } from "../support/sites/three-clouds";

const RECORD = "aws:route53/record:Record";
const DEPLOYMENT = "site=urn:pulumi:test::evenkeel::evenkeel:index:BalancedDeployment::shop";

describe("A site whose state is lost", () => {
  let site: CloudSite;
  /** How many events there were before the last run. */
  let since = 0;
  before(async () => {
    site = await CloudSite.make(threeClouds());
    await site.up();
  });
  after(() => site.remove());

  async function lose(): Promise<void> {
    await site.expectSuccess(["stack", "rm", "test", "--force", "--yes", "--preserve-config"]);
    await site.expectSuccess(["stack", "init", "test"]);
    since = site.clouds.events.length;
  }
  const done = (kind: string, type?: RegExp): string[] => site.clouds.done(kind, since, type);
  const machines = (): string[] =>
    site.clouds
      .declared()
      .filter(({ type }) => /Instance$|Droplet$/.test(type))
      .map(({ id }) => id);

  it("is taken up again from an export that is older than it: what serves is left as it is", async () => {
    const exported = path.join(site.folder, "exported.json");
    writeFileSync(exported, (await site.run(["stack", "export", "--stack", "test"])).text, { mode: 0o600 });
    site.change(threeClouds({ pools: { web: webIn({ virginia: 3, iowa: 1, newyork: 1 }) } }));
    await site.up();
    const serving = machines();

    await lose();
    await site.expectSuccess(["stack", "import", "--stack", "test", "--file", exported]);
    await site.expectSuccess(["up", "--yes", "--skip-preview", "--refresh"]);
    expect(done("create", /Instance$|Droplet$/), "made after the export").to.deep.equal(["web-virginia-3"]);
    expect([...done("delete"), ...done("restart")]).to.deep.equal([]);
    expect(machines()).to.include.members(serving);
  });

  it("and that nobody exported comes up anew beside itself, and is given its name last", async () => {
    const serving = machines();
    const records = site.clouds.declared().filter(({ type }) => type === RECORD);
    await lose();
    const { newyork, ...others } = threeClouds().dataCenters ?? {};
    const beside = { ...others, newyork: { ...newyork, network: "10.99.0.0/20" } } as StackInput["dataCenters"];
    site.change(threeClouds({ dataCenters: beside }));
    const { code } = await site.run(["up", "--yes", "--skip-preview"]);
    expect(code, "its name is the old one's still").to.not.equal(0);
    expect(done("rollout")).to.deep.equal(["primary", "secondary"]);
    expect(done("create", /Record$/)).to.deep.equal([]);

    for (const { name, id } of records) {
      const flags = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
      await site.expectSuccess(["import", RECORD, name, id, "--parent", DEPLOYMENT, ...flags]);
    }
    since = site.clouds.events.length;
    await site.up();
    expect(done("update", /Record$/)).to.deep.equal(records.map(({ name }) => name).sort());
    expect([...done("create"), ...done("delete")]).to.deep.equal([]);
    expect(machines(), "the old ones, until somebody deletes them").to.include.members(serving);
  });

  it("is told of on a page, with the commands of this test", () => {
    const page = readFileSync(path.join(ROOT, "docs/lost-state.md"), "utf8");
    for (const command of [
      "stack export",
      "stack import",
      "up -- --stack production -- --refresh",
      "import aws:route53/record:Record",
    ])
      expect(page).to.include(command);
    expect(page).to.include("--protect=false --generate-code=false");
  });
});
