import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { StackInput } from "../components/model/stack";
import type { Deployment } from "../workspace/deployment";
import { ROOT } from "../workspace/project";
import { InProcessProgram } from "./in-process/program";
import { ThrowawayProject } from "./throwaway-project";

/** What of this checkout a site runs. */
const ROOMS = ["components", "provider", "setup", "node_modules", "package.json", "tsconfig.json"];

/** How a throwaway site is made. */
export interface SiteOptions {
  /** Its stack's name. @default "test" */
  readonly name?: string;
  /** Runs the program, and the plugin where it has one of its own, in processes of their own, as for a user. @default in this process */
  readonly ownProcesses?: boolean;
}

/** A throwaway project that runs this checkout's program, with a stack file of its own. */
export class ThrowawaySite extends ThrowawayProject {
  /** The secrets that were set, as the stack file has them. */
  private secrets: StackInput["secrets"];
  private program: InProcessProgram | undefined;

  constructor(
    protected stack: StackInput,
    protected readonly options: SiteOptions = {},
  ) {
    super(options.name);
    for (const room of ROOMS) symlinkSync(path.join(ROOT, room), path.join(this.folder, room));
    // Not a link: the program runs in its folder, and looks for the stack file of the project that this lies in.
    cpSync(path.join(ROOT, "infra"), path.join(this.folder, "infra"), { recursive: true });
    mkdirSync(path.join(this.folder, "stacks"));
    writeFileSync(path.join(this.folder, "Pulumi.yaml"), readFileSync(path.join(ROOT, "Pulumi.yaml")));
  }

  override async makeStack(): Promise<void> {
    await super.makeStack();
    this.change(this.stack);
    if (this.options.ownProcesses !== true) await this.runInProcess();
  }

  /** Runs its program in this process from now on, and its plugin where it has one of its own. */
  async runInProcess(): Promise<void> {
    this.program ??= await InProcessProgram.serve(this);
    this.flags = this.program.flags;
    // The state is needed after a run, not after a crash.
    this.environment.PULUMI_SKIP_CHECKPOINTS = "true";
  }

  /** Runs them as for a user again. */
  runInOwnProcesses(): void {
    this.flags = {};
    Reflect.deleteProperty(this.environment, "PULUMI_SKIP_CHECKPOINTS");
  }

  /** Writes the stack file anew, with the secrets that were set. */
  change(stack: StackInput): void {
    this.stack = stack;
    this.writeStack(
      // The engine reads YAML 1.1, to which more texts are something else without quotes.
      stringify(
        { config: Object.fromEntries(Object.entries(this.withSecrets(stack)).map(([key, value]) => [`evenkeel:${key}`, value])) },
        { version: "1.1" },
      ),
    );
  }

  /** Writes the stack file as it is given, keeping the salt of its secrets. */
  writeStack(yaml: string): void {
    const file = this.stackFile();
    const salt = existsSync(file) ? (/^encryptionsalt:.*$/m.exec(readFileSync(file, "utf8"))?.[0] ?? "") : "";
    writeFileSync(file, `${yaml}\n${salt}\n`);
  }

  /** Encrypts the stack's secrets by name, in the place of those that it had. */
  async setSecrets(values: Readonly<Record<string, string>>): Promise<void> {
    this.secrets = undefined;
    this.change(this.stack);
    const pairs = Object.entries(values).flatMap(([name, value]) => ["--secret", `evenkeel:secrets.${name}=${value}`]);
    if (pairs.length > 0) await this.expectSuccess(["config", "set-all", "--path", ...pairs]);
    const { config } = parse(readFileSync(this.stackFile(), "utf8")) as { config: Record<string, StackInput["secrets"]> };
    this.secrets = config["evenkeel:secrets"];
  }

  /** Changes the number of servers of the pool `web`. */
  scale(servers: Record<string, number>): void {
    const { web } = this.stack.pools ?? {};
    this.change({ ...this.stack, pools: { ...this.stack.pools, web: { ...web, servers } } });
  }

  override stackFile(): string {
    return path.join(this.folder, "stacks", `Pulumi.${this.stackName}.yaml`);
  }

  /** A stack with the secrets that were set. */
  protected withSecrets(stack: StackInput): StackInput {
    return this.secrets === undefined ? stack : { ...stack, secrets: this.secrets };
  }

  /** What stands, as the stack's outputs say. */
  async deployment(): Promise<Deployment> {
    return (await this.outputs()) as Deployment;
  }

  override async remove(): Promise<void> {
    await super.remove();
    this.program?.stop();
  }
}
