import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { readStackFile } from "./stack-file";

/** The folder of this project. */
export const ROOT = path.dirname(__dirname);
/** The stack that the verbs work on unless another is named. */
const DEFAULT_STACK = "local";
/** What a local stack's committed salt was made with. It guards nothing: everybody knows it. */
const LOCAL_PASSPHRASE = "evenkeel-local";
/** Where the state of local stacks is kept unless another backend is named. */
const STATE = path.join(ROOT, ".state");

/** Where Pulumi's file backend keeps the state of this project's stacks. */
const STATE_FILE = [".pulumi", "stacks", "evenkeel"];
/** What Pulumi's file backend can't have in the path of its folder, which it takes as a URL. */
const NOT_IN_A_URL = /[%#?]/;
/** The version of the Pulumi CLI. */
const CLI_VERSION = (
  JSON.parse(readFileSync(path.join(ROOT, "node_modules", "pulumi", "package.json"), "utf8")) as { version: string }
).version;

/** The Pulumi CLI that the set-up has seen to. The npm package's own launcher would end before it on Ctrl-C. */
export function pulumiBinary(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"), "versions", CLI_VERSION, "bin", "pulumi");
}

/** What a verb was told on its command line. */
export interface Arguments {
  /** Name of the stack. */
  readonly stack: string;
  /** Everything else, for Pulumi. */
  readonly rest: readonly string[];
}

/**
 * Reads `--stack NAME`, `--stack=NAME` or `-s NAME`, and leaves the rest for Pulumi.
 * @throws Error when the name is missing: a verb must never fall back to another stack than its user meant.
 */
export function readArguments(argv: readonly string[] = process.argv.slice(2)): Arguments {
  const options = { stack: { type: "string", short: "s" } } as const;
  const { values, tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const option = tokens.find((token) => token.kind === "option" && token.name === "stack");
  if (option?.kind !== "option") return { stack: DEFAULT_STACK, rest: argv };
  if (typeof values.stack !== "string" || values.stack === "") throw new Error(`${option.rawName} needs the name of a stack`);
  const words = option.inlineValue === true ? 1 : 2;
  return { stack: values.stack, rest: [...argv.slice(0, option.index), ...argv.slice(option.index + words)] };
}

/** Whether a stack stands on this machine: it says so, or its state is kept here. */
export function isLocal(stack: string): boolean {
  if (existsSync(path.join(STATE, ...STATE_FILE, `${stack}.json`))) return true;
  const places = readStackFile(stack).config["evenkeel:dataCenters"];
  return Object.values(places ?? {}).some((place) => (place as { provider?: unknown } | null)?.provider === "local");
}

/** What makes Pulumi look at what stands, not only at its state; nothing where a data center is frozen, which must not be asked. */
export function refreshFlags(stack: string): string[] {
  const places = readStackFile(stack).config["evenkeel:dataCenters"];
  const isFrozen = (place: unknown): boolean => Boolean((place as { frozen?: unknown } | null)?.frozen ?? false);
  return Object.values(places ?? {}).some(isFrozen) ? [] : ["--refresh"];
}

/**
 * How `pulumi up` is run on a stack. On this machine there is nothing to lose by going ahead, and much to heal: what died since is found
 * and started again.
 */
export function upFlags(stack: string): string[] {
  return isLocal(stack) ? ["--yes", "--skip-preview", "--refresh", "--suppress-outputs"] : refreshFlags(stack);
}

/** The environment that Pulumi needs for a stack, less what the user has set: for a local one, a backend in this folder. */
export function pulumiEnvironment(stack: string, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const own: Record<string, string> = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  if (isLocal(stack)) {
    if (env.PULUMI_BACKEND_URL === undefined) own.PULUMI_BACKEND_URL = `file://${STATE}`;
    if (env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined) {
      own.PULUMI_CONFIG_PASSPHRASE = LOCAL_PASSPHRASE;
    }
  }
  return own;
}

/** The folder of the backend that keeps a stack's state in files; undefined when another kind of backend does. */
export function stateDirectory(stack: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const url = env.PULUMI_BACKEND_URL ?? pulumiEnvironment(stack, env).PULUMI_BACKEND_URL;
  return url?.startsWith("file://") === true ? url.slice("file://".length) : undefined;
}

/**
 * Runs Pulumi on a stack.
 *
 * @param show Whether its user sees it at work; otherwise what it prints is only returned.
 * @param further Further variables of its environment.
 * @returns Its exit code and, when not shown, what it printed.
 */
export async function pulumi(
  stack: string,
  args: readonly string[],
  show: boolean,
  further: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const state = stateDirectory(stack);
  if (state === STATE) {
    if (NOT_IN_A_URL.test(STATE)) {
      throw new Error(
        `${ROOT} has %, # or ? in its path, which Pulumi's file backend can't take: move it, or set PULUMI_BACKEND_URL`,
      );
    }
    mkdirSync(STATE, { recursive: true });
  }
  const binary = pulumiBinary();
  const child = spawn(binary, [...args, "--stack", stack], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...pulumiEnvironment(stack),
      ...further,
      PATH: `${path.dirname(binary)}${path.delimiter}${process.env.PATH ?? ""}`,
    },
    stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  // Ctrl-C reaches Pulumi from the terminal; it decides when all is left whole, and this process waits for it.
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (part: string) => (output.stdout += part));
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (output.stderr += part));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 1));
  });
  process.off("SIGINT", wait);
  return { code, ...output };
}

/** Whether the backend has the stack, as far as can be seen without asking: false only when it keeps files, and has none for it. */
export function mayExist(stack: string): boolean {
  const state = stateDirectory(stack);
  return state === undefined || existsSync(path.join(state, ...STATE_FILE, `${stack}.json`));
}

/** Makes the stack in its backend when it is not there yet. */
export async function ensureStack(stack: string): Promise<boolean> {
  if (stateDirectory(stack) !== undefined && mayExist(stack)) return true;
  const { code, stderr } = await pulumi(stack, ["stack", "init", "--no-select"], false);
  if (code === 0 || stderr.includes("already exists")) return true;
  process.stderr.write(stderr);
  return false;
}
