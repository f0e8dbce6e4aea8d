import { explain, isStale, locksOn } from "./lock";
import { type Arguments, pulumi, readArguments } from "../workspace/project";
import { readStackFile } from "../workspace/stack-file";

/** A word of the command line by which a verb may take away the lock of a run that was killed. */
const UNLOCK = "--unlock";

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
