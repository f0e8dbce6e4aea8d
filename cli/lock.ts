import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { identify } from "../provider/identity";
import { stateDirectory } from "../workspace/backend";

/** A lock on a stack, as Pulumi's file backend keeps it. */
export interface Lock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** The locks on a stack whose state is kept in files; with another backend there are none to be seen. */
export function locksOn(stack: string): Lock[] {
  const state = stateDirectory(stack);
  if (state === undefined) return [];
  const folder = path.join(state, ".pulumi", "locks", "organization", "evenkeel", stack);
  // Beside each lock Pulumi keeps a file of attributes, which is JSON too.
  return entriesOf(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      try {
        return [JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Lock];
      } catch {
        return [];
      }
    });
}

/** Whether a lock was left by a run on this machine that is no more; another program may have its process number by now. */
export function isStale({ pid, hostname }: Lock): boolean {
  return hostname === os.hostname() && (identify(pid) === undefined || !isPulumi(pid));
}

function isPulumi(pid: number): boolean {
  try {
    const command =
      process.platform === "linux"
        ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
        : execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    return command.includes("pulumi");
  } catch {
    // Not to be seen: then it is taken for what the lock says.
    return true;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a user needs to know of a lock: who holds it, whether that run is alive, and how to go on. */
export function explain(lock: Lock, stack: string, verb: string): string {
  const who = `process ${lock.pid} of ${lock.username} on ${lock.hostname}, since ${lock.timestamp}`;
  if (!isStale(lock)) return `The stack ${stack} is locked by ${who}. Wait until that run is done, or stop it there.`;
  return [
    `The stack ${stack} is locked by a run that is no more: ${who}.`,
    "It was killed before it could clean up. What serves now serves on; nothing of it is lost, and nothing will be doubled.",
    `To go on:  npm run ${verb} -- --unlock     (which runs \`pulumi cancel\` first)`,
  ].join("\n");
}
