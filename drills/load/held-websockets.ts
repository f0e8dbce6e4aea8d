import { performance } from "node:perf_hooks";
import { WebSocket } from "ws";
import { SERVER_HEADER } from "./channel";
import type { LoadTls } from "./load-options";

const DEFAULT_EVERY_MS = 200;
const DEFAULT_TIMEOUT_MS = 10_000;
/** How long the server may take to answer that this side closes. */
const CLOSE_WITHIN_MS = 1_000;
const NORMAL_CLOSURE = 1000;
/** What the library says of a connection that ended without a word. */
const ABNORMAL_CLOSURE = 1006;

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

/** WebSockets that say something again and again and count what comes back, in the thread that makes them. */
export class HeldWebSockets {
  readonly #startedAt = performance.now();
  readonly #held: readonly HeldWebSocket[];

  constructor({ urls, connections, everyMs = DEFAULT_EVERY_MS, timeoutMs = DEFAULT_TIMEOUT_MS, tls = {} }: WebSocketsOptions) {
    const places = Object.entries(urls);
    if (places.length === 0) throw new Error("WebSockets need a URL.");
    this.#held = Array.from({ length: connections }, (_, i) => {
      const [via, url] = places[i % places.length] ?? ["", ""];
      return new HeldWebSocket({ via, url, everyMs, timeoutMs, tls }, () => performance.now() - this.#startedAt);
    });
  }

  /** Resolves when each is open or has failed to. */
  async opened(): Promise<WebSocketsResult> {
    await Promise.all(this.#held.map(({ settled }) => settled));
    return this.snapshot();
  }

  snapshot(): WebSocketsResult {
    const all = this.#held;
    const sum = (of: (held: HeldWebSocket) => number): number => all.reduce((total, held) => total + of(held), 0);
    const byServer: Record<string, number> = {};
    for (const { open, server = "unknown" } of all) if (open) byServer[server] = (byServer[server] ?? 0) + 1;
    return {
      opened: sum(({ wasOpen }) => Number(wasOpen)),
      notOpened: all.flatMap(({ via, notOpened }) => (notOpened === undefined ? [] : [{ via, detail: notOpened }])),
      sent: sum(({ sent }) => sent),
      echoed: sum(({ echoed }) => echoed),
      lost: sum(({ lost }) => lost),
      cuts: all.flatMap(({ cut }) => cut ?? []).sort((left, right) => left.atMs - right.atMs),
      byServer,
    };
  }

  /** Closes all, each when everything is said back. */
  async stop(): Promise<WebSocketsResult> {
    await Promise.all(this.#held.map((held) => held.stop()));
    return this.snapshot();
  }
}

interface HeldOptions {
  readonly via: string;
  readonly url: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly tls: LoadTls;
}

class HeldWebSocket {
  readonly via: string;
  /** Resolves when it is open or has failed to. */
  readonly settled: Promise<void>;
  wasOpen = false;
  open = false;
  server: string | undefined;
  notOpened: string | undefined;
  cut: CutWebSocket | undefined;
  sent = 0;
  echoed = 0;
  lost = 0;
  readonly #socket: WebSocket;
  readonly #now: () => number;
  readonly #options: HeldOptions;
  /** Messages that are not said back yet, the eldest first, and when each was sent. */
  readonly #awaited: { readonly text: string; readonly at: number }[] = [];
  readonly #ended: Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #how: CutHow | undefined;

  constructor(options: HeldOptions, now: () => number) {
    const { via, url, timeoutMs, tls } = options;
    this.via = via;
    this.#now = now;
    this.#options = options;
    this.#socket = new WebSocket(url, {
      handshakeTimeout: timeoutMs,
      perMessageDeflate: false,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
      rejectUnauthorized: tls.verify ?? true,
    });
    this.#socket.on("upgrade", (answer) => {
      this.server = answer.headers[SERVER_HEADER] as string | undefined;
      // The library keeps it to itself how a connection ended.
      answer.socket.once("error", () => (this.#how ??= "reset"));
    });
    this.#socket.on("message", (data: Buffer) => this.#heard(data.toString()));
    this.#ended = new Promise((resolve) => {
      this.#socket.once("close", (code) => {
        this.#closed(code);
        resolve();
      });
    });
    this.settled = new Promise((resolve) => {
      this.#socket.once("open", () => {
        this.#opened();
        resolve();
      });
      this.#socket.on("error", (error: NodeJS.ErrnoException) => {
        if (!this.wasOpen) this.notOpened = error.code ?? error.message;
        resolve();
      });
    });
  }

  /** Closes it when everything is said back, or when the time for that is over. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.open && this.#awaited.length === 0) this.#close();
    const patience = setTimeout(() => this.#end("silent"), this.#options.timeoutMs);
    await this.#ended;
    clearTimeout(patience);
  }

  #opened(): void {
    this.wasOpen = this.open = true;
    this.#say();
    this.#timer = setInterval(() => this.#say(), this.#options.everyMs);
  }

  #say(): void {
    const eldest = this.#awaited[0];
    if (eldest !== undefined && this.#now() - eldest.at > this.#options.timeoutMs) this.#end("silent");
    if (this.#stopping || !this.open) return;
    const text = `${this.via} ${this.sent}`;
    this.sent += 1;
    this.#awaited.push({ text, at: this.#now() });
    this.#socket.send(text);
  }

  #heard(text: string): void {
    if (this.#awaited[0]?.text !== text) {
      this.#end("junk");
      return;
    }
    this.#awaited.shift();
    this.echoed += 1;
    if (this.#stopping && this.#awaited.length === 0) this.#close();
  }

  #close(): void {
    this.open = false;
    clearInterval(this.#timer);
    this.#socket.close(NORMAL_CLOSURE);
    const patience = setTimeout(() => this.#socket.terminate(), CLOSE_WITHIN_MS);
    void this.#ended.then(() => clearTimeout(patience));
  }

  #end(how: CutHow): void {
    this.#how ??= how;
    this.#socket.terminate();
  }

  #closed(code: number): void {
    clearInterval(this.#timer);
    const cut = this.open;
    this.open = false;
    this.lost = this.#awaited.length;
    if (!cut) return;
    const how = this.#how ?? (code === ABNORMAL_CLOSURE ? "eof" : (`close-${code}` as const));
    this.cut = { via: this.via, server: this.server, how, atMs: Math.round(this.#now()), lost: this.lost };
  }
}
