import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { WebSocketsOptions, WebSocketsResult } from "./held-websockets";
import type { WebSocketsQuestion } from "./websockets-worker";
import { WorkerLine } from "./worker-line";

export type { CutHow, CutWebSocket, WebSocketsOptions, WebSocketsResult } from "./held-websockets";

/** WebSockets that are held open in a thread of their own. */
export interface WebSockets {
  /** What they have seen up to now. Rejects if their thread has crashed. */
  snapshot(): Promise<WebSocketsResult>;
  /** Waits for what is not said back yet (no longer than the timeout), closes all, ends the thread. */
  stop(): Promise<WebSocketsResult>;
}

/**
 * Opens WebSockets, and resolves when each is open or has failed to. None is ever opened again: a cut is seen as one.
 *
 * @example
 * const sockets = await openWebSockets({ urls: { page: "ws://127.0.0.1:8080/" }, connections: 10 });
 * const { cuts, lost } = await sockets.stop();
 */
export async function openWebSockets(options: WebSocketsOptions): Promise<WebSockets> {
  const extension = extname(__filename);
  const worker = new Worker(join(__dirname, `websockets-worker${extension}`), {
    workerData: options,
    execArgv: extension === ".ts" ? ["--require", require.resolve("tsx/cjs")] : [],
  });
  const line = new WorkerLine<WebSocketsQuestion, WebSocketsResult>(worker);
  try {
    await line.ask("opened");
  } catch (error) {
    await line.end();
    throw error;
  }
  let stopped: Promise<WebSocketsResult> | undefined;
  return {
    snapshot: () => stopped ?? line.ask("snapshot"),
    stop: () => (stopped ??= line.ask("stop").finally(() => line.end())),
  };
}
