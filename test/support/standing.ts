/*
 * What stands in the midst of a test, for the case that a signal ends the run there: no hook of mocha's comes then.
 */

const removals = new Set<() => unknown>();

/** Has something removed when a signal ends the run; the function that is returned takes that back, once it is gone. */
export function removedOnSignal(remove: () => unknown): () => void {
  removals.add(remove);
  return () => removals.delete(remove);
}

/** Removes all that stands, whatever of it fails. */
export async function removeStanding(): Promise<void> {
  await Promise.allSettled([...removals].map((remove) => Promise.resolve().then(remove)));
}
