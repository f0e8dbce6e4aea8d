import { NodeTrouble } from "./node-trouble";
import type { CommandResult } from "./transport";

/** What programs say when no more fits (`ENOSPC`, `EDQUOT`). */
const FULL = /No space left on device|Disk quota exceeded/;

/**
 * Why nothing could be written, when that is because the disk is full.
 *
 * @param run Runs a command on the machine.
 * @param what What could not be done: `the primary balancer: can't write /var/lib/evenkeel/haproxy.cfg`.
 * @param reason What the program that tried said.
 */
export async function fullDisk(
  run: (command: readonly [string, ...string[]]) => Promise<CommandResult>,
  directory: string,
  what: string,
  reason: string,
): Promise<NodeTrouble | undefined> {
  if (!FULL.test(reason)) return undefined;
  const { stdout } = await run(["stat", "-f", "-c", "%a %S %c %d", directory]);
  const [blocks = NaN, size = NaN, files, freeFiles] = stdout.trim().split(" ").map(Number);
  const free = freeFiles === 0 && files !== 0 ? "no more files fit" : `${blocks * size} bytes free`;
  return new NodeTrouble(
    `${what}: its disk is full: ${free} in ${directory}; free some space on its machine, then run \`pulumi up\` again`,
    "its disk is full",
  );
}
