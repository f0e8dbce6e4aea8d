import { parentPort, workerData } from "node:worker_threads";
import { Generator } from "./generator";
import type { LoadPlan } from "./load-options";
import type { LoadResult } from "./measurement";
import type { Answered, Asked } from "./worker-line";

/** What the thread of a load can be asked. */
export type LoadQuestion = "snapshot" | "stop";

const parent = parentPort;
if (parent === null) throw new Error("load-worker runs in a worker thread, started by load.ts.");

const generator = new Generator(workerData as LoadPlan);
parent.on("message", ({ id, question }: Asked<LoadQuestion>) => {
  const reply = (result: LoadResult): void => parent.postMessage({ id, reply: result } satisfies Answered<LoadResult>);
  if (question === "snapshot") reply(generator.snapshot());
  // A rejection is left to crash the thread, which its parent reports.
  else void generator.stop().then(reply);
});
