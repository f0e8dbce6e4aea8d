import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { LoadTls } from "./load-options";
import type { WebSocketsQuestion } from "./websockets-worker";
import { WorkerLine } from "./worker-line";

/** WebSockets that are held open, and what is said on each. */
export interface WebSocketsOptions {
  /** Where they go, `ws://127.0.0.1:8080/path` or `wss://…`, by names of your own, in which cuts are told. They take turns. */
  readonly urls: Readonly<Record<string, string>>;
  /** How many are opened, 1 to 1000. */
  readonly connections: number;
  /** Milliseconds between two messages on one, each of which the server has to say back. @default 200 */
  readonly everyMs?: number;
  /** Milliseconds within which one must be open, and a message said back, before the connection counts as cut. @default 10,000 */
  readonly timeoutMs?: number;
  /** How servers of `wss://` are held to be who they are. @default by the system's authorities and the URL's name */
  readonly tls?: LoadTls;
}

/**
 * How a connection was cut that this side did not close.
 *
 * | how | meaning |
 * | --- | --- |
 * | `close-N` | the server said that it closes it, with code N of RFC 6455: 1001 is "going away" |
 * | `eof`, `reset` | it ended without a word |
 * | `silent` | a message was not said back in time |
 * | `junk` | what was said back is not what was said |
 */
export type CutHow = `close-${number}` | "eof" | "reset" | "silent" | "junk";

/** One connection that was cut. */
export interface CutWebSocket {
  /** The name of its URL. */
  readonly via: string;
  /** The server that the handshake's `x-evenkeel-server` named. */
  readonly server: string | undefined;
  readonly how: CutHow;
  /** Milliseconds from the start to the cut. */
  readonly atMs: number;
  /** Messages on it that were never said back. */
  readonly lost: number;
}

/** What was seen of WebSockets, up to now or in all. */
export interface WebSocketsResult {
  /** Those that were opened. None is opened again. */
  readonly opened: number;
  /** Why others were not. */
  readonly notOpened: readonly { readonly via: string; readonly detail: string }[];
  /** Messages that were sent; in the end, echoed + lost. */
  readonly sent: number;
  readonly echoed: number;
  /** Messages that were never said back, as on a connection that was cut meanwhile. */
  readonly lost: number;
  readonly cuts: readonly CutWebSocket[];
  /** Connections that are open, by the server that has them. */
  readonly byServer: Readonly<Record<string, number>>;
}

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
