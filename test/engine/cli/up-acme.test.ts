import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { choosePorts } from "../../../provider/process/ports";
import { npmRun } from "../../support/programs/npm-run";
import { type Pebble, requirePebble, startPebble } from "../../support/programs/pebble";
import { ProjectCopy } from "../../support/sites/project-copy";

describe("`npm run up` of a site whose certificate is ordered", () => {
  let copy: ProjectCopy;
  let pebble: Pebble;
  const made: { remove(): unknown }[] = [];
  before(async function () {
    requirePebble(this);
    const { page = 0, https = 0 } = await choosePorts({ page: {}, https: {} }, new Set());
    pebble = await startPebble({ httpPort: page });
    made.push(pebble);
    copy = new ProjectCopy();
    made.push(copy);
    const file = path.join(copy.folder, "stacks/Pulumi.local.yaml");
    const acme = { domains: ["shop.example.com"], agree: true, directory: pebble.directory, directoryRoot: pebble.directoryRoot };
    const sections = { failover: { port: page, httpsPort: https }, tls: { acme } };
    const lines = Object.entries(sections).map(([key, value]) => `  evenkeel:${key}: ${JSON.stringify(value)}\n`);
    writeFileSync(file, readFileSync(file, "utf8").replace("config:\n", `config:\n${lines.join("")}`));
  });
  after(async () => {
    await Promise.all(made.map((each) => each.remove()));
  });

  const verb = (...words: string[]): Promise<{ code: number; text: string }> => npmRun(copy.folder, copy.environment, ...words);

  it("runs twice, says why there is none, and fails for it", async () => {
    pebble.unknown.add("shop.example.com");
    const { code, text } = await verb("up");
    expect(text).to.include("running `up` again to order the certificate").and.to.include("The site is up:");
    expect(text).to.match(/the certificate of shop\.example\.com was not issued: shop\.example\.com: /);
    expect(text).to.include("there is none that anybody trusts; the next `npm run up` tries again");
    expect(code).to.equal(1);
    expect((await verb("status")).text).to.include("the certificate of shop.example.com was not issued");
  });

  it("orders it in the next run, and then has nothing more to say", async () => {
    pebble.unknown.clear();
    const { code, text } = await verb("up");
    expect(text).to.not.include("again to order").and.to.not.include("was not issued");
    expect(code, text).to.equal(0);
    expect((await verb("status")).text).to.not.include("the certificate of");
  });
});
