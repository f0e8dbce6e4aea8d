import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { end } from "../provider/process/launch";
import { directoriesUnder, type ProcessRecord, recordsUnder } from "../provider/process/record";
import { pulumiBinary } from "../workspace/project";
import { quickProgram } from "../workspace/quick-program";
import {
  changeResourcesIn,
  type EmptyStack,
  outputsIn,
  readFiles,
  resourcesIn,
  type StateResource,
  writeFiles,
} from "./stack-state";

/** How long a run that is interrupted may take to leave things whole, in milliseconds. */
const CANCEL_WITHIN = 30_000;

/** What a run of the CLI ended with. */
export interface Outcome {
  readonly code: number;
  /** Everything that it printed. */
  readonly text: string;
}

/** A run of the CLI that goes on. */
export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Waits until it has printed something. */
  printed(what: string | RegExp): Promise<void>;
}

const projects = new Set<ThrowawayProject>();

/** Stacks that were made here, by project and name: others of the same are copies of them. */
const emptyStacks = new Map<string, EmptyStack>();

/** Takes down whatever still stands. */
export async function removeThrowawayProjects(): Promise<void> {
  await Promise.all([...projects].map((project) => project.remove()));
}

/** A Pulumi project in a temporary folder, with state and processes of its own: nothing of it is seen outside, or outlives it. */
export class ThrowawayProject {
  /** Its folder; short, so that sockets fit. */
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "ek-"));
  /** Where its processes have their directories. */
  protected readonly runDirectory = path.join(this.folder, "my run");
  /** The environment of every run. */
  readonly environment: NodeJS.ProcessEnv;
  /** Further flags, by the command of the CLI that needs them. */
  protected flags: Readonly<Record<string, readonly string[]>> = {};
  private readonly running = new Set<Running>();

  /** @param stackName Name of its one stack. */
  constructor(protected readonly stackName = "test") {
    projects.add(this);
    for (const made of ["state", "my run"]) mkdirSync(path.join(this.folder, made));
    this.environment = {
      ...process.env,
      ...quickProgram(process.env),
      PULUMI_BACKEND_URL: `file://${path.join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      EVENKEEL_RUN_DIR: this.runDirectory,
      NO_COLOR: "1",
    };
  }

  /** Makes the stack; nothing runs yet. */
  async makeStack(): Promise<void> {
    const project = readFileSync(path.join(this.folder, "Pulumi.yaml"), "utf8");
    const key = `${project} ${this.stackName}`;
    const known = emptyStacks.get(key);
    if (known !== undefined) {
      writeFiles(this.folder, known);
      return;
    }
    await this.initializeStack();
    const files = [this.stackFile(), this.stateFile(), path.join(this.folder, "state", ".pulumi", "meta.yaml")];
    emptyStacks.set(
      key,
      readFiles(
        this.folder,
        files.map((file) => path.relative(this.folder, file)),
      ),
    );
  }

  /** `pulumi stack init`. */
  async initializeStack(): Promise<void> {
    await this.expectSuccess(["stack", "init", "--no-select", this.stackName]);
  }

  /** Starts the CLI on the stack. */
  start(args: readonly string[]): Running {
    const child = spawn(
      pulumiBinary(),
      [
        ...args,
        ...(this.flags[args[0] ?? ""] ?? []),
        "--non-interactive",
        ...(args[0] === "stack" ? [] : ["--stack", this.stackName]),
      ],
      {
        cwd: this.folder,
        env: this.environment,
        stdio: ["ignore", "pipe", "pipe"],
        // A group of its own, as a shell gives it: an interruption reaches all of it.
        detached: true,
      },
    );
    let text = "";
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        for (const listener of listeners) listener();
      });
    }
    const outcome = new Promise<Outcome>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code: code ?? -1, text }));
    });
    const printed = (what: string | RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (typeof what === "string" ? !text.includes(what) : !what.test(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void outcome.then(() => {
          look();
          reject(new Error(`the run ended without printing ${String(what)}:\n${text}`));
        });
      });
    const run = { child, outcome, printed };
    this.running.add(run);
    const forget = (): unknown => this.running.delete(run);
    void outcome.then(forget, forget);
    return run;
  }

  /** Runs the CLI on the stack. */
  async run(args: readonly string[]): Promise<Outcome> {
    return this.start(args).outcome;
  }

  /** Runs the CLI on the stack, and fails with what it printed when it failed. */
  async expectSuccess(args: readonly string[]): Promise<string> {
    const { code, text } = await this.run(args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${text}`);
    return text;
  }

  /** `pulumi up`. */
  async up(...args: string[]): Promise<string> {
    return this.expectSuccess(["up", "--yes", "--skip-preview", ...args]);
  }

  /** The stack's outputs; secrets are masked. */
  async outputs(): Promise<unknown> {
    return Promise.resolve(outputsIn(this.stateFile()));
  }

  /** The resources in its state. */
  resources(): readonly StateResource[] {
    return resourcesIn(this.stateFile());
  }

  /** Changes the resources in its state, between two runs. */
  changeResources(change: (resources: readonly StateResource[]) => void): void {
    changeResourcesIn(this.stateFile(), change);
  }

  /** The stack file. */
  stackFile(): string {
    return path.join(this.folder, `Pulumi.${this.stackName}.yaml`);
  }

  /** The file that the engine keeps the stack's state in. */
  stateFile(): string {
    const stacks = path.join(this.folder, "state", ".pulumi", "stacks");
    const [project = ""] = readdirSync(stacks);
    return path.join(stacks, project, `${this.stackName}.json`);
  }

  /** Its processes by their names. */
  processes(): Record<string, ProcessRecord & { directory: string }> {
    return Object.fromEntries(this.allProcesses().map((record) => [record.urn.split("::").pop() ?? "", record]));
  }

  /** Its processes, with any that are doubled. */
  allProcesses(): (ProcessRecord & { directory: string })[] {
    return directoriesUnder(this.runDirectory)
      .flatMap((home) => recordsUnder(home))
      .map(({ directory, record }) => ({ ...record, directory }));
  }

  /** Takes everything down, whatever state it is in, and leaves nothing. */
  async remove(): Promise<void> {
    projects.delete(this);
    await Promise.all([...this.running].map(cancel));
    await Promise.all(
      directoriesUnder(this.runDirectory)
        .flatMap(directoriesUnder)
        .map((directory) => end(directory, "SIGKILL", 0)),
    );
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Ends a run that goes on: first as Ctrl-C does, so that nothing is started any more, then by force. */
async function cancel({ child, outcome }: Running): Promise<void> {
  child.kill("SIGINT");
  const force = setTimeout(() => child.kill("SIGKILL"), CANCEL_WITHIN);
  await outcome.catch(() => undefined);
  clearTimeout(force);
}
