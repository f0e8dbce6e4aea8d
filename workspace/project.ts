import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { isLocal, mayExist, pulumiEnvironment, STATE, stateDirectory } from "./backend";
import { quickProgram } from "./quick-program";
import { ROOT } from "./root";
import { readStackFile } from "./stack-file";

export { ROOT };

/** What Pulumi's file backend can't have in the path of its folder, which it takes as a URL. */
const NOT_IN_A_URL = /[%#?]/;
/** On a busy machine Pulumi's exit may be reported before the signal that caused it: how long to wait for the signal, in milliseconds. */
const LATE_SIGNAL = 100;
/** The version of the Pulumi CLI. */
const CLI_VERSION = (
  JSON.parse(readFileSync(path.join(ROOT, "node_modules", "pulumi", "package.json"), "utf8")) as { version: string }
).version;

/** The Pulumi CLI that the set-up has seen to. The npm package's own launcher would end before it on Ctrl-C. */
export function pulumiBinary(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"), "versions", CLI_VERSION, "bin", "pulumi");
}

/** What makes Pulumi compare with what is deployed, not only with its state; nothing where a data center is frozen: its cloud gets no request. */
export function refreshFlags(stack: string): string[] {
  const places = readStackFile(stack).config["evenkeel:dataCenters"];
  const isFrozen = (place: unknown): boolean => Boolean((place as { frozen?: unknown } | null)?.frozen ?? false);
  return Object.values(places ?? {}).some(isFrozen) ? [] : ["--refresh"];
}

/**
 * How `pulumi up` is run on a stack. On this machine there is nothing to lose by going ahead, and much to recover: what died since is found
 * and started again.
 */
export function upFlags(stack: string): string[] {
  return isLocal(stack) ? ["--yes", "--skip-preview", "--refresh", "--suppress-outputs"] : refreshFlags(stack);
}

/** A run of Pulumi that has ended. */
export interface PulumiRun {
  /** 0; 1 when it failed; 130 or 143 when it failed after Ctrl-C or SIGTERM. */
  readonly code: number;
  /** What it printed, where its user did not see it. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs Pulumi on a stack.
 *
 * @param show Whether its user sees it at work; otherwise what it prints is only returned.
 * @param further Further variables of its environment.
 */
export async function pulumi(
  stack: string,
  args: readonly string[],
  show: boolean,
  further: Readonly<Record<string, string>> = {},
): Promise<PulumiRun> {
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
  const running: { child?: ChildProcess } = {};
  let cutOff: number | undefined;
  // Ctrl-C reaches Pulumi from the terminal; it decides when all is left whole, and this process waits for it.
  const interrupted = (): void => void (cutOff = 130);
  // Nobody else forwards this one, and at a second signal Pulumi would stop at once.
  const terminated = (): void => {
    if (cutOff === undefined) running.child?.kill("SIGINT");
    cutOff = 143;
  };
  // Before it starts, or a signal that comes with its first words would end this process alone.
  process.on("SIGINT", interrupted).on("SIGTERM", terminated);
  const child = spawn(binary, [...args, "--stack", stack], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...pulumiEnvironment(stack),
      ...quickProgram(process.env),
      ...further,
      PATH: `${path.dirname(binary)}${path.delimiter}${process.env.PATH ?? ""}`,
    },
    stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  running.child = child;
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (part: string) => (output.stdout += part));
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (output.stderr += part));
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve(status ?? 1));
    });
    if (code !== 0 && cutOff === undefined) await pass(LATE_SIGNAL);
    return { code: code === 0 ? 0 : (cutOff ?? 1), ...output };
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", terminated);
  }
}

/** Makes the stack in its backend when it is not there yet. */
export async function ensureStack(stack: string): Promise<boolean> {
  if (stateDirectory(stack) !== undefined && mayExist(stack)) return true;
  const { code, stderr } = await pulumi(stack, ["stack", "init", "--no-select"], false);
  if (code === 0 || stderr.includes("already exists")) return true;
  process.stderr.write(stderr);
  return false;
}
