import { preview } from "../look-ahead";
import { ensureStack } from "../../workspace/project";
import { previewOnStandIns } from "../../testbed/clouds/preview";
import { soundArguments } from "../verb";
import { runVerb } from "../../workspace/run-verb";

/** A word of the command line by which a preview asks no cloud. */
const STAND_INS = "--stand-in-clouds";

async function main(): Promise<void> {
  const { stack, rest } = soundArguments();
  if (rest.includes(STAND_INS)) {
    process.exitCode = await previewOnStandIns(
      stack,
      rest.filter((word) => word !== STAND_INS),
    );
    return;
  }
  // Without a stack there is nothing to compare with; an empty one is all that is ever made here.
  if (!(await ensureStack(stack))) {
    process.exitCode = 1;
    return;
  }
  // No lock is taken, so none is asked for.
  const { code, steps } = await preview(stack, ["--diff", ...rest], true);
  process.exitCode = code;
  // Not among what is printed for a program to read (`--json`).
  if (steps.outdated.size > 0) console.error(doubling(steps.outdated.size, stack));
}

/** What an `up` costs that replaces servers, while it goes on. */
function doubling(replaced: number, stack: string): string {
  const named = stack === "local" ? "" : ` -- --stack ${stack}`;
  const machines = replaced === 1 ? "1 server" : `${replaced} servers`;
  return `  npm run up${named} would have the old and the new of ${machines} stand at once; npm run deploy${named} replaces them in batches.\n`;
}

runVerb(main);
