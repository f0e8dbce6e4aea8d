import { parentPort, workerData } from "node:worker_threads";
import { Generator, type Seen } from "./generator";
import type { LoadPlan } from "./load-options";
import { type LoadResult, Measurement } from "./measurement";
import type { Answered, Asked } from "./worker-line";

/** What the thread of a load can be asked. */
export type LoadQuestion = "snapshot" | "lap" | "stop";

const parent = parentPort;
if (parent === null) throw new Error("load-worker runs in a worker thread, started by load.ts.");

const generators = (workerData as readonly LoadPlan[]).map((plan) => new Generator(plan));
parent.on("message", ({ id, question }: Asked<LoadQuestion>) => {
  const reply = (seen: readonly Seen[]): void =>
    parent.postMessage({ id, reply: Measurement.merged(seen) } satisfies Answered<LoadResult>);
  // A rejection is left to crash the thread, which its parent reports.
  void Promise.all(generators.map(async (generator) => generator[question]())).then(reply);
});
