import { ensureStack, pulumi } from "./project";
import { runVerb, soundArguments } from "./verb";

async function main(): Promise<void> {
  const { stack, rest } = soundArguments();
  // Without a stack there is nothing to compare with; an empty one is all that is ever made here.
  if (!(await ensureStack(stack))) {
    process.exitCode = 1;
    return;
  }
  // Looks at what stands, as `up` does, so that both show the same; what it finds is not kept. No lock is taken, so none is asked for.
  const { code } = await pulumi(stack, ["preview", "--refresh", "--diff", ...rest], true);
  process.exitCode = code;
}

runVerb(main);
