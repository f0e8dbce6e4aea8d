import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { scratch } from "../../support/scratch";

const ROOT = path.join(__dirname, "..", "..", "..");
const OLD = 'echo "3.8"';
const MODERN = 'case "$*" in *version_info*) echo 3.12;; *) echo "No module named ensurepip"; exit 1;; esac';
/** Makes a folder whose Python does nothing, as a module of Python's own would. */
const INSTALLS = `
case "$*" in
*version_info*) echo 3.12;;
"-m venv"*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; echo made >> "$CALLS";;
esac`;

describe("The judges' environment", () => {
  const test = scratch();

  /** What `expression` of the module comes to in a process of its own, where PATH leads to this Python only. */
  function evaluate(
    module: string,
    expression: string,
    python: string | undefined,
  ): { output: string; errors: string; cache: string } {
    const folder = test.directory();
    const [bin, cache] = [path.join(folder, "bin"), path.join(folder, "cache")];
    mkdirSync(bin);
    if (python !== undefined)
      writeFileSync(path.join(bin, "python3"), `#!/bin/sh\nPATH=/usr/bin:/bin\n${python}\n`, { mode: 0o755 });
    const code = `import("./checks/${module}").then(async ({ default: it }) => console.log(JSON.stringify(${expression})))
      .catch((error) => console.log(error.message));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", code], {
      cwd: ROOT,
      env: { PATH: bin, EVENKEEL_CACHE: cache, CALLS: path.join(folder, "calls"), PYTHON: path.join(bin, "python3") },
      encoding: "utf8",
    });
    return { output: stdout.trim(), errors: stderr, cache };
  }

  it("says what is needed where there is no Python, or an old one", () => {
    const missing = "Python 3.11 or newer, before 3.15, is needed, but";
    expect(evaluate("environment.ts", "await it.judgesEnvironment()", undefined).output).to.equal(
      JSON.stringify({ missing: `${missing} python3 is not installed` }),
    );
    expect(evaluate("environment.ts", "await it.judgesEnvironment()", OLD).output).to.equal(
      JSON.stringify({ missing: `${missing} python3 is 3.8` }),
    );
  });

  it("says why they could not be installed, and leaves nothing", () => {
    const { output, cache } = evaluate("environment.ts", "await it.judgesEnvironment()", MODERN);
    const reason = "No module named ensurepip (on Debian and Ubuntu: sudo apt install python3-venv)";
    expect(output).to.equal(JSON.stringify({ missing: `they could not be installed: ${reason}` }));
    expect(readdirSync(path.join(cache, "judges"))).to.deep.equal([]);
  });

  it("is made once, also by two at the same time", () => {
    const both = "await Promise.all([it.judgesEnvironment(), it.judgesEnvironment()])";
    const { output, cache } = evaluate(
      "environment.ts",
      `[...${both}, require("fs").readFileSync(process.env.CALLS, "utf8")]`,
      INSTALLS,
    );
    const [folder = ""] = readdirSync(path.join(cache, "judges"));
    const python = path.join(cache, "judges", folder, "bin", "python");
    expect(JSON.parse(output)).to.deep.equal([{ python }, { python }, "made\n"]);
  });

  it("has the judges' answer read, case by case", () => {
    const answer = [
      { case: "a", judge: "moto", type: "t", name: "n", message: "is wrong" },
      { case: "a", judge: "moto", judged: 2 },
      { case: "b", judge: "moto", judged: 1 },
    ];
    const python = `cat > /dev/null; cat << END\n${answer.map((line) => JSON.stringify(line)).join("\n")}\nEND`;
    const { output } = evaluate(
      "clouds/run.ts",
      'await it.judge(process.env.PYTHON, "aws", [{ name: "a", records: [] }])',
      python,
    );
    expect(JSON.parse(output)).to.deep.equal([
      { case: "a", judge: "moto", judged: 2, cloud: "aws", complaints: [answer[0]] },
      { case: "b", judge: "moto", judged: 1, cloud: "aws", complaints: [] },
    ]);
  });

  it("tells what a judge said that failed", () => {
    const { output } = evaluate(
      "clouds/run.ts",
      'await it.judge(process.env.PYTHON, "aws", [])',
      "echo no such module >&2; exit 3",
    );
    expect(output).to.equal("aws.py failed (exit code 3):\nno such module");
  });
});
