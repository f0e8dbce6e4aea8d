import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pulumi, refreshFlags } from "../workspace/project";
import { type ServerSteps, serverSteps } from "./server-steps";

/** What makes Pulumi know `--event-log`. */
const KNOWS_EVENT_LOG = { PULUMI_DEBUG_COMMANDS: "true" };

/** A preview that was run. */
export interface Look {
  /** Its exit code. */
  readonly code: number;
  /** What it printed, when it was not shown. */
  readonly text: string;
  /** What an `up` would do to servers. */
  readonly steps: ServerSteps;
}

/** Runs a preview of a stack, which looks at what stands as `up` does, so that both show the same; what it finds is not kept. */
export async function preview(stack: string, args: readonly string[], show: boolean): Promise<Look> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "evenkeel-"));
  try {
    const log = path.join(folder, "events");
    const words = ["preview", ...refreshFlags(stack), ...args, "--event-log", log];
    const { code, stdout, stderr } = await pulumi(stack, words, show, KNOWS_EVENT_LOG);
    return { code, text: stdout + stderr, steps: serverSteps(code === 0 ? readFileSync(log, "utf8") : "") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
