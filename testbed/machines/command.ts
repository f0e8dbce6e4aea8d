import { run } from "../../setup/command.mjs";

/** Runs a script of `sh` that stops at the first command that fails, with `$1`, `$2`, …; what it printed. @throws Error when one does. */
export async function shell(script: string, ...args: readonly string[]): Promise<string> {
  const { ok, reason, output } = await run("sh", ["-euc", script, "sh", ...args]);
  if (!ok) throw new Error(`${reason}, at:\n${script}\n${args.join(" ")}\n${output}`);
  return output;
}
