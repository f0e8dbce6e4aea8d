import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import type { StackInput } from "../../components/model/stack";
import { type Load, type LoadOptions, startLoad } from "../../drills/load";
import { ask } from "../../provider/haproxy/runtime-api";
import { end } from "../../provider/process/launch";
import { directoriesUnder, type ProcessRecord, recordsUnder } from "../../provider/process/record";
import type { Deployment } from "../../scripts/deployment";
import { type SiteStatus, siteStatus } from "../../scripts/site-status";

/** The project under test. */
export const ROOT = path.resolve(__dirname, "../..");
const STACK = "test";
const CLI_VERSION = (JSON.parse(readFileSync(path.join(ROOT, "node_modules/pulumi/package.json"), "utf8")) as { version: string })
  .version;

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

const sites = new Set<TestSite>();

/** Takes down whatever still stands. */
export async function removeTestSites(): Promise<void> {
  await Promise.all([...sites].map((site) => site.remove()));
}

/** A stack with two data centers and a pool, quick enough for tests; a test changes what it is about. */
export function smallStack(
  servers: Record<string, number> = { a: 1, b: 1 },
  pool: Partial<NonNullable<StackInput["pools"]>[string]> = {},
): StackInput {
  return {
    site: { name: "shop" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: { healthCheck: { interval: "200ms" }, slowStart: "1s", ...pool, servers } },
  };
}

/** A site of its own through the real engine: own project folder, own state, own run directory, the code under test. */
export class TestSite {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), "ek-"));
  private readonly loads: Load[] = [];
  private readonly runDirectory = path.join(this.folder, "run");
  /** The environment of every run. */
  readonly environment: NodeJS.ProcessEnv;

  private constructor(
    private stack: StackInput,
    plugin: string | undefined,
  ) {
    sites.add(this);
    for (const room of ["infra", "components", "node_modules", "package.json"])
      symlinkSync(path.join(ROOT, room), path.join(this.folder, room));
    for (const made of ["state", "stacks", "run"]) mkdirSync(path.join(this.folder, made));
    writeFileSync(path.join(this.folder, "Pulumi.yaml"), readFileSync(path.join(ROOT, "Pulumi.yaml")));
    if (plugin === undefined) symlinkSync(path.join(ROOT, "provider"), path.join(this.folder, "provider"));
    else writePlugin(path.join(this.folder, "provider"), plugin);
    this.environment = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${path.join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      EVENKEEL_RUN_DIR: this.runDirectory,
      NO_COLOR: "1",
    };
  }

  /**
   * Makes the project and its stack; nothing runs yet.
   *
   * @param plugin A program to take the place of the plugin, by its path in this repository: the plugin with something broken on purpose.
   */
  static async make(stack: StackInput = smallStack(), plugin?: string): Promise<TestSite> {
    const site = new TestSite(stack, plugin);
    await site.expectSuccess(["stack", "init", "--no-select", STACK]);
    site.change(stack);
    return site;
  }

  /** Makes it and brings it up. */
  static async up(stack?: StackInput, plugin?: string): Promise<TestSite> {
    const site = await TestSite.make(stack, plugin);
    await site.up();
    return site;
  }

  /** Writes the stack file anew. */
  change(stack: StackInput): void {
    this.stack = stack;
    this.writeStack(
      stringify({ config: Object.fromEntries(Object.entries(stack).map(([key, value]) => [`evenkeel:${key}`, value])) }),
    );
  }

  /** Writes the stack file as it is given, keeping the salt of its secrets. */
  writeStack(yaml: string): void {
    const file = path.join(this.folder, "stacks", `Pulumi.${STACK}.yaml`);
    const salt = existsSync(file) ? (/^encryptionsalt:.*$/m.exec(readFileSync(file, "utf8"))?.[0] ?? "") : "";
    writeFileSync(file, `${yaml}\n${salt}\n`);
  }

  /** Changes the number of servers of the pool `web`. */
  scale(servers: Record<string, number>): void {
    const { web } = this.stack.pools ?? {};
    this.change({ ...this.stack, pools: { ...this.stack.pools, web: { ...web, servers } } });
  }

  /** Starts the CLI on the stack. */
  start(args: readonly string[]): Running {
    const binary = path.join(
      process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"),
      "versions",
      CLI_VERSION,
      "bin",
      "pulumi",
    );
    const child = spawn(binary, [...args, "--non-interactive", ...(args[0] === "stack" ? [] : ["--stack", STACK])], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, as a shell gives it: an interruption reaches all of it.
      detached: true,
    });
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
    return { child, outcome, printed };
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

  /** `pulumi up` that shall fail; what it printed. */
  async failingUp(...args: string[]): Promise<string> {
    const { code, text } = await this.run(["up", "--yes", "--skip-preview", ...args]);
    if (code === 0) throw new Error(`up succeeded, which it should not have:\n${text}`);
    return text;
  }

  /** What stands, as the stack's outputs say. */
  async deployment(): Promise<Deployment> {
    const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
      const running = this.start(["stack", "output", "--json", "--stack", STACK]);
      void running.outcome.then(({ text }) => resolve({ stdout: text }));
    });
    return JSON.parse(stdout) as Deployment;
  }

  /** What stands, as the balancers say. */
  async status(): Promise<SiteStatus> {
    return siteStatus(await this.deployment());
  }

  /** Load on the page. */
  async underLoad(options: Omit<LoadOptions, "url"> & { url?: string }): Promise<Load> {
    const load = await startLoad({ url: (await this.deployment()).url, ...options });
    this.loads.push(load);
    return load;
  }

  /** The processes of the site by their names. */
  processes(): Record<string, ProcessRecord & { directory: string }> {
    const homes = directoriesUnder(this.runDirectory);
    const all = homes
      .flatMap((home) => recordsUnder(home))
      .map(({ directory, record }) => [record.urn.split("::").pop() ?? "", { ...record, directory }] as const);
    return Object.fromEntries(all);
  }

  /** Kills a process of the site with all of its group. */
  kill(name: string, signal: NodeJS.Signals = "SIGKILL"): void {
    const found = this.processes()[name];
    if (found === undefined) throw new Error(`there is no process ${name}: ${Object.keys(this.processes()).join(", ")}`);
    process.kill(-found.pid, signal);
  }

  /** Gives a command to a balancer. */
  async ask(balancer: string, command: string): Promise<string> {
    return ask(path.join(this.processes()[balancer]?.directory ?? "", "admin.sock"), command);
  }

  /** Takes everything down, whatever state it is in, and leaves nothing. */
  async remove(): Promise<void> {
    sites.delete(this);
    await Promise.allSettled(this.loads.map((load) => load.stop()));
    await Promise.all(
      directoriesUnder(this.runDirectory)
        .flatMap(directoriesUnder)
        .map((directory) => end(directory, "SIGKILL", 0)),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function writePlugin(folder: string, program: string): void {
  mkdirSync(folder);
  const file = path.join(folder, "pulumi-resource-evenkeel-node");
  writeFileSync(
    file,
    `#!/bin/sh\nexec node --import "${ROOT}/node_modules/tsx/dist/loader.mjs" "${path.join(ROOT, program)}" "$@"\n`,
  );
  chmodSync(file, 0o755);
}
