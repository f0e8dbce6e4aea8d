import { parentPort, workerData } from "node:worker_threads";
import type { Answered, Asked } from "./worker-line";
import { HeldWebSockets, type WebSocketsOptions, type WebSocketsResult } from "./held-websockets";

/** What the thread of WebSockets can be asked. */
export type WebSocketsQuestion = "opened" | "snapshot" | "stop";

const parent = parentPort;
if (parent === null) throw new Error("websockets-worker runs in a worker thread, started by websockets.ts.");

const held = new HeldWebSockets(workerData as WebSocketsOptions);
parent.on("message", ({ id, question }: Asked<WebSocketsQuestion>) => {
  const reply = (result: WebSocketsResult): void =>
    parent.postMessage({ id, reply: result } satisfies Answered<WebSocketsResult>);
  if (question === "snapshot") reply(held.snapshot());
  // A rejection is left to crash the thread, which its parent reports.
  else void held[question]().then(reply);
});
