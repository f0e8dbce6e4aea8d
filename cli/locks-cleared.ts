import { explain, isStale, locksOn } from "./lock";
import { pulumi } from "../workspace/project";

/**
 * Sees to it that no lock is in the way of a change.
 *
 * @param unlock Whether the lock of a run that was killed may be removed.
 * @throws Error that says who holds a lock, and how to go on.
 */
export async function clearLocks(stack: string, command: string, unlock: boolean): Promise<void> {
  const left = locksOn(stack).filter((lock) => !isStale(lock) || !unlock);
  if (left.length > 0) throw new Error(left.map((lock) => explain(lock, stack, command)).join("\n"));
  // Locks of other backends can't be seen from here, so there the option alone decides.
  if (unlock) await pulumi(stack, ["cancel", "--yes"], false);
}
