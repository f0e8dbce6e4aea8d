import { ensureStack, pulumi, refreshFlags } from "./project";
import { previewOnStandIns } from "./stand-in-clouds/preview";
import { runVerb, soundArguments } from "./verb";

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
  // Looks at what stands, as `up` does, so that both show the same; what it finds is not kept. No lock is taken, so none is asked for.
  const { code } = await pulumi(stack, ["preview", ...refreshFlags(stack), "--diff", ...rest], true);
  process.exitCode = code;
}

runVerb(main);
