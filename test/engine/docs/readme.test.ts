import { expect } from "chai";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { ProjectCopy } from "../../support/sites/project-copy";
import { ROOT } from "../../support/sites/test-site";

describe("The README's tour", () => {
  let copy: ProjectCopy;
  before(() => {
    copy = new ProjectCopy();
  });
  after(() => copy.remove());

  it("does what it says, command by command", async () => {
    const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
    const commands = [...readme.matchAll(/```sh tour\n(.*?)```/gs)].map(([, block]) => block ?? "").join("\n");
    expect(commands.split("\n").filter((line) => line !== "")).to.have.length(13);
    // One shell, as a reader has; it stops at the first command that fails.
    const child = spawn("sh", ["-ec", commands], { cwd: copy.folder, env: copy.environment, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code, text).to.equal(0);
    const pools = [...text.matchAll(/"pool":\s*"(\w+)"/g)].map(([, pool]) => pool);
    expect(pools).to.deep.equal(["web", "api", "api"]);
    expect(text).to.match(/web-a-4\s+create/);
    expect(text).to.match(/web-a-1\s+a\s+out\s+out/);
    expect(copy.processes()).to.deep.equal([]);
  });
});
