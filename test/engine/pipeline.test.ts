import { expect } from "chai";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { end } from "../../provider/process/launch";
import { directoriesUnder, recordsUnder } from "../../provider/process/record";
import { npmRun } from "../support/programs/npm-run";
import { ROOT } from "../../workspace/project";
import { scratch } from "../support/scratch";

/** Time for a test that runs verbs, in milliseconds. */
const VERBS_WITHIN = 120_000;

describe("The check of the backend", function () {
  this.timeout(VERBS_WITHIN);
  const remedy =
    ": set the repository variable PULUMI_BACKEND_URL to a backend that lasts, such as s3://bucket, " +
    "or https://api.pulumi.com with PULUMI_ACCESS_TOKEN\n";
  const nothing = `PULUMI_BACKEND_URL is empty, and so is PULUMI_ACCESS_TOKEN${remedy}`;

  for (const [what, environment, code, text] of [
    ["none", {}, 1, nothing],
    ["an empty one, as a variable that is not set gives", { PULUMI_BACKEND_URL: "", PULUMI_ACCESS_TOKEN: "" }, 1, nothing],
    [
      "a folder",
      { PULUMI_BACKEND_URL: "file:///home/runner/state", PULUMI_ACCESS_TOKEN: "pul-1" },
      1,
      `PULUMI_BACKEND_URL is file:///home/runner/state, which is lost with this runner${remedy}`,
    ],
    ["a bucket", { PULUMI_BACKEND_URL: "s3://states" }, 0, ""],
    ["Pulumi Cloud by its address", { PULUMI_BACKEND_URL: "https://api.pulumi.com", PULUMI_ACCESS_TOKEN: "pul-1" }, 0, ""],
    ["Pulumi Cloud by a token alone", { PULUMI_ACCESS_TOKEN: "pul-1" }, 0, ""],
  ] as const) {
    it(`${code === 0 ? "accepts" : "refuses"} ${what}`, async () => {
      expect(await npmRun(ROOT, withoutBackend(environment), "check:backend")).to.deep.equal({ code, text });
    });
  }
});

describe("A preview", function () {
  this.timeout(VERBS_WITHIN);
  const made = scratch();
  let project: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    const folder = made.directory();
    project = path.join(folder, "project");
    for (const room of [
      "cli",
      "components",
      "infra",
      "provider",
      "setup",
      "stacks",
      "testbed",
      "workspace",
      "Pulumi.yaml",
      "package.json",
      "package-lock.json",
      "tsconfig.json",
    ])
      cpSync(path.join(ROOT, room), path.join(project, room), { recursive: true });
    symlinkSync(path.join(ROOT, "node_modules"), path.join(project, "node_modules"));
    environment = { ...withoutBackend({}), EVENKEEL_RUN_DIR: path.join(folder, "run"), NO_COLOR: "1" };
    made.later(() => Promise.all(processes().map(({ directory }) => end(directory, "SIGKILL", 0))));
  });

  it("shows what `up` would make, and makes nothing but an empty stack", async () => {
    const { code, text } = await npmRun(project, environment, "preview");
    expect(code, text).to.equal(0);
    expect(text).to.match(/\+ \d+ to create/);
    expect(processes()).to.deep.equal([]);
    const stackFile = "stacks/Pulumi.local.yaml";
    expect(readFileSync(path.join(project, stackFile))).to.deep.equal(readFileSync(path.join(ROOT, stackFile)));
  });

  it("shows what died, revives nothing and keeps nothing, also while another run holds the stack", async () => {
    const up = await npmRun(project, environment, "up");
    expect(up.code, up.text).to.equal(0);
    const server = processes().find(({ record }) => record.urn.endsWith("::web-a-1")) ?? expect.fail(up.text);
    await end(server.directory, "SIGKILL", 0);
    const locks = path.join(project, ".state/.pulumi/locks/organization/evenkeel/local");
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 1, username: "someone", hostname: "elsewhere", timestamp: "2026-01-02T03:04:05Z" };
    writeFileSync(path.join(locks, "held.json"), JSON.stringify(lock));
    const before = [filesOf(path.join(project, ".state")), processes()];

    const { code, text } = await npmRun(project, environment, "preview");
    expect(code, text).to.equal(0);
    expect(text).to.include("~ running: false => true").and.to.include("~ 1 to update");
    expect([filesOf(path.join(project, ".state")), processes()]).to.deep.equal(before);
    // What is added is for Pulumi.
    expect((await npmRun(project, environment, "preview", "--", "--", "--expect-no-changes")).code).to.not.equal(0);
  });

  it("refuses a stack without a name, as a variable that is not set gives", async () => {
    const { code, text } = await npmRun(project, environment, "preview", "--", "--stack", "");
    expect({ code, text }).to.deep.equal({
      code: 2,
      text: "option '-s, --stack <name>' argument '' is invalid. It needs the name of a stack.\nSee evenkeel preview --help.\n",
    });
  });

  function processes(): ReturnType<typeof recordsUnder> {
    return directoriesUnder(environment.EVENKEEL_RUN_DIR ?? "").flatMap((home) => recordsUnder(home));
  }
});

/** This environment without what it says of a backend, and with what is given. */
function withoutBackend(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const told = ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.includes(name))), ...given };
}

/** The files below a folder with what they hold. */
function filesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => path.join(parentPath, name)).map((file) => [file, readFileSync(file, "utf8")]),
  );
}
