import { extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { planOf, type LoadOptions } from "./load-options";
import type { LoadQuestion } from "./load-worker";
import { describeResult, type LoadResult } from "./measurement";
import { WorkerLine } from "./worker-line";

export type { LoadOptions } from "./load-options";
export { describeResult, type FailedRequest, type FailureKind, type Latency, type LoadResult } from "./measurement";

/** Time between two looks at a load that something is awaited of. */
const LOOK_EVERY_MS = 10;
/** How long `until` waits. */
const DEFAULT_WITHIN_MS = 10_000;

/** A load that is under way in a thread of its own. */
export interface Load {
  /** What it has seen up to now, since the last lap. Rejects if its thread has crashed. */
  snapshot(): Promise<LoadResult>;

  /** What was due since the last lap, told when each of these has ended; the load goes on, and a new lap has begun. */
  lap(): Promise<LoadResult>;

  /**
   * Waits until `condition` holds of what was seen, and resolves to that. Rejects with the load's summary if it
   * doesn't hold within `withinMs` milliseconds (10,000), or if its thread has crashed.
   */
  until(condition: (seen: LoadResult) => boolean, withinMs?: number): Promise<LoadResult>;

  /**
   * Stops arrivals, waits for the requests in flight (no longer than their timeout), ends the thread and closes
   * everything; resolves to what was seen since the last lap. The second call resolves to the same. Rejects if the thread
   * has crashed.
   */
  stop(): Promise<LoadResult>;
}

/**
 * Starts a load and resolves when it is under way.
 *
 * It is open-loop: requests arrive at a constant rate whether or not the earlier ones are answered, and latency counts
 * from the moment a request was due. Each is made exactly once, on sockets of its own, with a unique `x-request-id`.
 * Several that are given at once share the thread and are told as one, in which the longest gap is the longest of any.
 *
 * @throws Error that names every problem of the options; or rejects if the thread can't start.
 * @example
 * const load = await startLoad({ url: "http://127.0.0.1:8080/", requestsPerSecond: 500 });
 * const before = await load.snapshot();
 * await load.until(({ sent }) => sent >= before.sent + 200);
 * const result = await load.stop();
 * console.log(describeResult(result)); // 0 failed of 5000 (p99 3.1 ms, longest gap 12 ms)
 */
export async function startLoad(options: LoadOptions | readonly LoadOptions[]): Promise<Load> {
  // The worker is what this file is: TypeScript under tsx, or compiled.
  const extension = extname(__filename);
  const worker = new Worker(join(__dirname, `load-worker${extension}`), {
    workerData: [options].flat().map(planOf),
    execArgv: extension === ".ts" ? ["--require", require.resolve("tsx/cjs")] : [],
  });
  const line = new WorkerLine<LoadQuestion, LoadResult>(worker);
  try {
    await line.ask("snapshot");
  } catch (error) {
    await line.end();
    throw error;
  }
  return new RunningLoad(line);
}

class RunningLoad implements Load {
  readonly #line: WorkerLine<LoadQuestion, LoadResult>;
  #stopped: Promise<LoadResult> | undefined;

  constructor(line: WorkerLine<LoadQuestion, LoadResult>) {
    this.#line = line;
  }

  snapshot(): Promise<LoadResult> {
    return this.#stopped ?? this.#line.ask("snapshot");
  }

  lap(): Promise<LoadResult> {
    return this.#line.ask("lap");
  }

  async until(condition: (seen: LoadResult) => boolean, withinMs = DEFAULT_WITHIN_MS): Promise<LoadResult> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const seen = await this.snapshot();
      if (condition(seen)) return seen;
      if (Date.now() >= deadline) throw new Error(`Not seen within ${withinMs} ms: ${describeResult(seen)}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  stop(): Promise<LoadResult> {
    this.#stopped ??= this.#line.ask("stop").finally(() => this.#line.end());
    return this.#stopped;
  }
}
