import { explain, isStale, locksOn } from "./lock";
import { type Arguments, pulumi, readArguments } from "./project";
import { readStackFile } from "./stack-file";

/** A word of the command line by which a verb may take away the lock of a run that was killed. */
const UNLOCK = "--unlock";

/** Runs a verb; what goes wrong is told in a line and ends it with exit code 1. */
export function runVerb(main: () => Promise<void>): void {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", () => process.exit());
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

/** A verb's arguments, with a stack whose file Pulumi can take as it is meant. @throws Error saying what is wrong with it. */
export function soundArguments(): Arguments {
  const given = readArguments();
  const { problem } = readStackFile(given.stack);
  if (problem !== undefined) throw new Error(problem);
  return given;
}

/** What a verb that changes a stack begins with: its arguments, and no lock in the way. Ends the process with a message otherwise. */
export async function beginChange(verb: string): Promise<Arguments> {
  const { stack, rest } = soundArguments();
  const locks = locksOn(stack);
  const left = locks.filter((lock) => !isStale(lock) || !rest.includes(UNLOCK));
  if (left.length > 0) {
    console.error(left.map((lock) => explain(lock, stack, verb)).join("\n"));
    process.exit(1);
  }
  // Locks of other backends can't be seen from here, so there the word alone decides.
  if (rest.includes(UNLOCK)) await pulumi(stack, ["cancel", "--yes"], false);
  return { stack, rest: rest.filter((word) => word !== UNLOCK) };
}
