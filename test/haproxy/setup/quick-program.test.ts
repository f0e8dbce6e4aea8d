import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { quickProgram } from "../../../workspace/quick-program";
import { scratch } from "../../support/scratch";
import { ROOT } from "../../support/sites/test-site";

const PROGRAM = "node_modules/@pulumi/pulumi/cmd/run/index.js";

describe("A program that starts sooner", () => {
  const made = scratch();
  let folder: string;
  beforeEach(() => {
    folder = path.join(made.directory(), 'a "project"');
    write("node_modules/typescript/index.js", 'console.log("loaded"); exports.version = "5.9";');
    mkdirSync(path.join(folder, "setup"));
    cpSync(path.join(ROOT, "setup/quick-program.cjs"), path.join(folder, "setup/quick-program.cjs"));
  });

  it("loads a package when something of it is used, and not before", () => {
    write(PROGRAM, 'const ts = require("typescript"); console.log("began"); console.log(ts.version, "version" in ts);');
    expect(run(PROGRAM)).to.equal("began\nloaded\n5.9 true\n");
    write(PROGRAM, 'require("typescript"); console.log("began", process.env.PULUMI_NODEJS_TYPESCRIPT);');
    expect(run(PROGRAM)).to.equal("began undefined\n");
  });

  it("changes nothing for any other process", () => {
    write("other.js", 'require("typescript"); console.log("began", process.env.PULUMI_NODEJS_TYPESCRIPT);');
    expect(run("other.js")).to.equal("loaded\nbegan true\n");
  });

  it("keeps what its user has set for Node", () => {
    write(PROGRAM, "console.log(process.title)");
    expect(run(PROGRAM, "--title=mine")).to.match(/^mine\n$/);
  });

  function write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }

  function run(file: string, own?: string): string {
    const env = { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true", ...quickProgram({ NODE_OPTIONS: own }, folder) };
    const { stdout, stderr } = spawnSync(process.execPath, [path.join(folder, file)], { env, encoding: "utf8" });
    expect(stderr).to.equal("");
    return stdout;
  }
});
