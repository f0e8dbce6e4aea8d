/** Thrown when a wait ends because the user interrupted, or the engine is gone. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("interrupted");
  }
}

/** A pause that an interruption ends. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      if (signal?.aborted === true) reject(new Interrupted());
      else resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
    if (signal?.aborted === true) done();
  });
}

/**
 * Asks again and again until something is there.
 *
 * @param ask Answers undefined as long as it is not there; what it throws ends the wait.
 * @param within Milliseconds after which the wait ends.
 * @returns What `ask` answered, or undefined when time ran out.
 * @throws Interrupted when the signal was raised.
 */
export async function until<Value>(
  ask: () => Promise<Value | undefined> | Value | undefined,
  within: number,
  signal?: AbortSignal,
): Promise<Value | undefined> {
  const end = performance.now() + within;
  for (let step = 10; ; step = Math.min(step * 1.5, 150)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= end) return undefined;
    await pause(step, signal);
  }
}
