import { expect } from "chai";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stackOnThisMachine } from "../../../components/clouds/local/stack-on-this-machine";
import { OF_NPM } from "../../../cli/command-line/swallowed";
import { evenkeel } from "../../../cli/program";
import { commandsOf } from "../../support/parsed-command-line";
import { FakePulumi } from "../../support/programs/fake-pulumi";
import { npmRun } from "../../support/programs/npm-run";
import { scratch } from "../../support/scratch";
import { ProjectCopy } from "../../support/sites/project-copy";

/** Set by a shell that npm started the tests in, or that its user works with. */
const OF_THE_SHELL = /^(PULUMI_|npm_config_(stack|unlock))/;

describe("The commands in a checkout", () => {
  const made = scratch();
  let copy: ProjectCopy;
  let pulumi: FakePulumi;
  let env: NodeJS.ProcessEnv;

  before(() => (copy = new ProjectCopy()));
  after(() => copy.remove());
  beforeEach(() => usePulumi());
  afterEach(() => rmSync(path.join(copy.folder, ".state"), { recursive: true, force: true }));

  function usePulumi(destroy?: string): void {
    pulumi = new FakePulumi(made.directory(), destroy);
    const shell = Object.entries(copy.environment).filter(([key]) => !OF_THE_SHELL.test(key));
    env = { ...Object.fromEntries(shell), ...pulumi.environment };
  }

  /** The same without npm, where npm is not the point. */
  async function evenkeel(...words: string[]): Promise<{ code: unknown; text: string }> {
    const program = path.join(copy.folder, "cli/evenkeel.cjs");
    const child = made.spawn(process.execPath, [program, ...words], { cwd: copy.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (part: string) => (text += part));
    const [code] = (await once(child, "close")) as unknown[];
    return { code, text };
  }

  /** As its user types it with npm. */
  const npm = (...words: string[]): Promise<{ code: number; text: string }> => npmRun(copy.folder, env, ...words);

  /** As after an `up` of a stack: the file that a backend in files keeps for it. */
  function writeState(folder: string, stack: string): string {
    const file = path.join(folder, ".pulumi/stacks/evenkeel", `${stack}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "{}");
    return file;
  }

  /** Every file of the project with when it was written. */
  function files(): string[] {
    return readdirSync(copy.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .map((file) => `${file} ${statSync(file).mtimeMs}`)
      .sort();
  }

  for (const command of ["up", "schema", "preview"])
    it(`do nothing for their help: npm run ${command} -- --help`, async () => {
      const home = made.directory();
      env = { ...env, HOME: home, EVENKEEL_CACHE: path.join(home, "cache") };
      const before = files();
      const { code, text } = await npm(command, "--", "--help");
      expect(code, text).to.equal(0);
      expect(text).to.include(`Usage: evenkeel ${command}`);
      expect(pulumi.take()).to.deep.equal([]);
      expect(files()).to.deep.equal(before);
      expect(existsSync(path.join(home, "cache"))).to.equal(false);
      expect(copy.processes()).to.deep.equal([]);
    });

  for (const words of [
    ["--stack=tour"],
    ["--stak=tour"],
    ["tour"],
    ["--stack", "tour"],
    ["--", "tour"],
    ["--", "--", "--stack", "tour"],
  ])
    it(`never fall back to another stack: npm run down ${words.join(" ")}`, async () => {
      for (const stack of ["local", "tour"]) writeState(path.join(copy.folder, ".state"), stack);
      const { code, text } = await npm("down", ...words);
      expect(pulumi.take()).to.deep.equal([]);
      expect(code, text).to.equal(2);
      expect(text).to.match(/--stack (NAME|tour)/);
    });

  it("refuse a stack in a cloud in a shell that was set up for a local one, and undo that", async () => {
    const { text } = await evenkeel("env");
    const set = Object.fromEntries([...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, key = "", value]) => [key, value]));
    expect(set).to.include.keys("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE");
    env = { ...env, ...set };
    // As such an `up` left it once.
    writeState(path.join(copy.folder, ".state"), "production");
    for (const command of ["up", "preview", "deploy", "down", "status"]) {
      const refused = await evenkeel(command, "--stack", "production");
      expect(refused.code, refused.text).to.equal(1);
      expect(refused.text).to.include(
        "The stack production is not local, so it was not touched:\n  its state would be kept in this folder",
      );
      expect(refused.text).to.include("PULUMI_CONFIG_PASSPHRASE is the published passphrase of local stacks");
    }
    expect(pulumi.take()).to.deep.equal([]);
    expect((await evenkeel("env", "--stack", "production")).text).to.equal(
      "unset PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE\nexport PULUMI_SKIP_UPDATE_CHECK='true'\n",
    );
  });

  it("do not take a stack in a cloud for local because its state lies here, nor destroy it without a yes", async () => {
    const state = made.directory();
    writeState(path.join(copy.folder, ".state"), "production");
    writeState(state, "production");
    env = { ...env, PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "mine" };
    const refused = await evenkeel("down", "--stack", "production");
    expect(refused.code, refused.text).to.equal(1);
    expect(refused.text).to.include("To go ahead: npm run down -- --stack production --yes");
    expect(pulumi.take().filter(({ line }) => line.startsWith("destroy"))).to.deep.equal([]);

    expect((await evenkeel("down", "--stack", "production", "--yes")).code).to.equal(0);
    expect(pulumi.take()).to.deep.equal([
      { line: "destroy --yes --skip-preview --stack production", backend: `file://${state}`, passphrase: "mine" },
    ]);
  });

  for (const [what, destroy, ended] of [
    ["leave the processes of a stack alone when its destroy failed", "exit 255", false],
    ["end what no state records when a destroy succeeded", "exit 0", true],
  ] as const)
    it(what, async () => {
      usePulumi(destroy);
      writeState(path.join(copy.folder, ".state"), "local");
      const left = path.join(copy.runDirectory, stackOnThisMachine(copy.folder, "local"), "web-a-1");
      mkdirSync(left, { recursive: true });
      const { code, text } = await evenkeel("down");
      expect(code, text).to.equal(ended ? 0 : 1);
      expect(pulumi.take().map(({ line }) => line)).to.deep.equal(["destroy --yes --skip-preview --stack local"]);
      expect(existsSync(left)).to.equal(!ended);
    });

  it("pass on to Pulumi what stands after --", async () => {
    writeState(path.join(copy.folder, ".state"), "tour");
    expect(await npm("up", "--", "--stack", "tour", "--", "--diff")).to.deep.equal({ code: 0, text: "" });
    expect(pulumi.take()[0]?.line).to.equal("up --yes --skip-preview --refresh --suppress-outputs --diff --stack tour");
  });

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    it(`wait for Pulumi when they are ended by ${signal}, and exit with ${code}`, async () => {
      // The group gets Ctrl-C as from a terminal; the other signal reaches the command alone.
      usePulumi(`trap 'echo interrupted; exit 255' INT; echo ready; while :; do sleep 0.05; done`);
      writeState(path.join(copy.folder, ".state"), "local");
      const child = made.spawn(process.execPath, [path.join(copy.folder, "cli/evenkeel.cjs"), "down"], {
        ...{ cwd: copy.folder, env, stdio: ["ignore", "pipe", "ignore"] },
      });
      const exit = once(child, "exit");
      let text = "";
      for await (const part of child.stdout?.setEncoding("utf8") ?? []) {
        if (text === "" && String(part).includes("ready"))
          process.kill(signal === "SIGINT" ? -(child.pid ?? NaN) : (child.pid ?? NaN), signal);
        text += String(part);
      }
      expect(await exit).to.deep.equal([code, null]);
      expect(text).to.equal("ready\ninterrupted\n");
    });
});

describe("The launcher of the commands", () => {
  const made = scratch();
  let copy: ProjectCopy;
  before(() => (copy = new ProjectCopy()));
  after(() => copy.remove());

  async function sh(script: string, env: NodeJS.ProcessEnv = copy.environment): Promise<{ code: unknown; text: string }> {
    const child = made.spawn("bash", ["-c", script], { cwd: copy.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (part: string) => (text += part));
    const [code] = (await once(child, "close")) as unknown[];
    return { code, text };
  }

  it("is what npx runs in a checkout", () => {
    const { bin, scripts } = JSON.parse(readFileSync(path.join(copy.folder, "package.json"), "utf8")) as {
      bin: Record<string, string>;
      scripts: Record<string, string>;
    };
    expect(bin.evenkeel).to.equal("cli/evenkeel.cjs");
    expect(statSync(path.join(copy.folder, "cli/evenkeel.cjs")).mode & 0o111).to.equal(0o111);
    expect(scripts.up).to.equal("node cli/evenkeel.cjs up");
  });

  it("knows which of its options are settings of npm as well", async () => {
    const { text } = await sh("npm config ls --long --json");
    const settings = Object.keys(JSON.parse(text) as object);
    const options = commandsOf(evenkeel()).flatMap(({ ownOptions }) => ownOptions.flatMap(({ long }) => long?.slice(2) ?? []));
    expect([...new Set(options)].filter((name) => settings.includes(name) && !OF_NPM.includes(name))).to.deep.equal([]);
    expect(options).to.include.members(["json", "yes", "version", "stack"]);
  });

  it("may be read by a reader that has seen enough", async () => {
    expect(await sh("set -o pipefail; node cli/evenkeel.cjs --help | head -1")).to.deep.equal({
      code: 0,
      text: "Usage: evenkeel <command> [options]\n",
    });
  });

  it("completes commands, options and stacks in bash", async () => {
    const complete = (...words: string[]): string =>
      `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _evenkeel; echo "\${COMPREPLY[@]}"`;
    const lines = [
      complete("evenkeel", "d"),
      complete("evenkeel", "check", "t"),
      complete("evenkeel", "up", "--st"),
      complete("evenkeel", "up", "--stack", "t"),
      complete("evenkeel", "up", "--stack", "=", "pro"),
      complete("evenkeel", "bench", "r"),
      complete("evenkeel", "completion", ""),
      complete("evenkeel", "up", "--", ""),
    ];
    const { code, text } = await sh(`eval "$(node cli/evenkeel.cjs completion bash)"\n${lines.join("\n")}`);
    expect(code, text).to.equal(0);
    expect(text.split("\n")).to.deep.equal([
      "deploy down",
      "tls",
      "--stack",
      "tour",
      "production",
      "rendering",
      "bash zsh fish --help",
      "",
      "",
    ]);
  });

  it("prints the help of every command before any package is there", async () => {
    const { text: expected } = await sh("node cli/evenkeel.cjs check tls --help");
    rmSync(path.join(copy.folder, "node_modules"));
    for (const line of ["check tls --help", "help check tls", "check tls --strict -h"])
      expect(await sh(`node cli/evenkeel.cjs ${line}`)).to.deep.equal({ code: 0, text: expected });
    expect((await sh("node cli/evenkeel.cjs")).text).to.match(/^Usage: evenkeel <command>/);
    expect((await sh("node cli/evenkeel.cjs --version")).text).to.match(/^\d+\.\d+\.\d+\n$/);
    expect(existsSync(path.join(copy.folder, "node_modules"))).to.equal(false);
  });
});
