import { expect } from "chai";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { npmRun } from "../../support/programs/npm-run";
import { ProjectCopy } from "../../support/sites/project-copy";

const SECRET = "planted-4f1c9a";
const WARNING =
  "The secrets of stacks/Pulumi.local.yaml are encrypted with a passphrase that everybody knows: only made-up ones belong";

describe("The verbs, on a stack with secrets", () => {
  let copy: ProjectCopy;
  before(() => {
    copy = new ProjectCopy();
  });
  after(() => copy.remove());

  it("tell of one that is not there, and take it from standard input", async () => {
    const file = path.join(copy.folder, "stacks/Pulumi.local.yaml");
    const app = "servers: { a: 1, b: 1 }\n      app: { environment: { DATABASE_URL: { secret: database-url } } }";
    writeFileSync(file, readFileSync(file, "utf8").replace("servers: { a: 2, b: 2 }", app));
    const early = await verb("preview");
    expect(early.code).to.equal(1);
    expect(early.text).to.include("pools.web.app.environment.DATABASE_URL.secret  names a secret, but the stack has none");

    expect(await setSecret()).to.equal(0);
    expect(readFileSync(file, "utf8")).to.match(/database-url:\s+secure: v1:/);
  });

  it("work, print none of them, and warn of a passphrase that everybody knows", async () => {
    const texts: string[] = [];
    for (const words of [["preview"], ["up"], ["status"], ["status", "--", "--json"], ["env"]]) {
      const { code, text } = await verb(...words);
      expect(code, text).to.equal(0);
      texts.push(text);
    }
    expect(texts.map((text) => text.includes(WARNING))).to.deep.equal([false, true, false, false, false]);
    expect(texts.filter((text) => text.includes(SECRET))).to.deep.equal([]);
  });

  it("do not warn where the passphrase is the user's own, and take the site away", async () => {
    copy.environment.PULUMI_CONFIG_PASSPHRASE = "evenkeel-local";
    const { text: unwarned } = await verb("up", "--", "--", "--diff");
    expect(unwarned).to.include("11 unchanged").and.to.not.include(WARNING);
    expect(unwarned).to.not.include(SECRET);
    expect((await verb("down")).code).to.equal(0);
  });

  async function verb(...words: string[]): Promise<{ code: number; text: string }> {
    return npmRun(copy.folder, copy.environment, ...words);
  }

  /** As a user does it, the value by standard input. */
  async function setSecret(): Promise<number | null> {
    const command = `eval "$(npm run -s env)"; npx pulumi config set --secret --path 'evenkeel:secrets.database-url' --stack local`;
    const child = spawn("sh", ["-ec", command], {
      cwd: copy.folder,
      env: copy.environment,
      stdio: ["pipe", "ignore", "inherit"],
    });
    child.stdin.end(`${SECRET}\n`);
    return new Promise((resolve) => child.once("close", resolve));
  }
});
