import { ensureStack } from "../../workspace/project";
import { previewOnStandIns } from "../../testbed/clouds/preview";
import { chosenStack, stackWithBackend } from "../chosen-stack";
import type { StackOptions } from "../command-line/options";
import { preview as look } from "../look-ahead";

export interface PreviewOptions extends StackOptions {
  readonly json?: true;
  readonly fakeClouds?: true;
}

/** Shows what an `up` would change, and changes nothing. */
export async function preview({ stack: name, json, fakeClouds }: PreviewOptions, further: readonly string[]): Promise<void> {
  const shape = json ? ["--json"] : [];
  if (fakeClouds) {
    process.exitCode = (await previewOnStandIns(chosenStack(name), [...shape, ...further])) === 0 ? 0 : 1;
    return;
  }
  const stack = stackWithBackend(name);
  // Without a stack there is nothing to compare with; an empty one is all that is ever made here.
  if (!(await ensureStack(stack))) {
    process.exitCode = 1;
    return;
  }
  // No lock is taken, so none is asked for.
  const { code, steps } = await look(stack, [...(json ? shape : ["--diff"]), ...further], true);
  process.exitCode = code;
  // Not among what is printed for a program to read (`--json`).
  if (steps.outdated.size > 0) console.error(doubling(steps.outdated.size, stack));
}

/** What an `up` costs that replaces servers, while it goes on. */
function doubling(replaced: number, stack: string): string {
  const named = stack === "local" ? "" : ` -- --stack ${stack}`;
  const machines = replaced === 1 ? "1 extra server" : `${replaced} extra servers`;
  return `  npm run up${named} would temporarily run ${machines}; npm run deploy${named} replaces them in batches.\n`;
}
