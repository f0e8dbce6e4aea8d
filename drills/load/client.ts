import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { AnswerReader, JunkAnswer } from "./answer";
import { type Channel, dial, openedBy, type Outcome, type Request, SERVER_HEADER, type Target } from "./channel";
import type { FailureKind } from "./measurement";

interface Exchange {
  readonly answer: AnswerReader;
  /** How long the connection had lain unused, in milliseconds; undefined for its first request. */
  readonly unusedMs: number | undefined;
  readonly timer: NodeJS.Timeout;
  readonly done: (outcome: Outcome) => void;
}

/**
 * One raw HTTP/1.1 connection, on which one request is made at a time. It never repeats a request, and never opens
 * a second connection for one: what happens on the wire is what is told.
 */
export class Connection implements Channel {
  readonly #target: Target;
  readonly #socket: Socket;
  readonly #onClose: () => void;
  #exchange: Exchange | undefined;
  #connected = false;
  #served = 0;
  #lastUsed = performance.now();
  #closed = false;

  /** Begins to connect. `onClose` is called once, whenever and by whomever the connection is closed. */
  constructor(target: Target, onClose: () => void) {
    this.#target = target;
    this.#onClose = onClose;
    this.#socket = dial(target, "http/1.1");
    this.#socket.on(openedBy(target), () => (this.#connected = true));
    this.#socket.on("data", (bytes: Buffer) => this.#read(bytes));
    this.#socket.on("end", () => this.#ended());
    this.#socket.on("close", () => this.#ended());
    this.#socket.on("error", (error: NodeJS.ErrnoException) => this.#broken(error));
  }

  /** Whether a request can be made on it: it carries none, and no sign of its end was seen. */
  get idle(): boolean {
    return !this.#closed && this.#exchange === undefined;
  }

  get lastUsed(): number {
    return this.#exchange === undefined ? this.#lastUsed : performance.now();
  }

  /** Makes a request; `done` is called exactly once, and by then the connection is idle or closed. */
  send(request: Request, done: (outcome: Outcome) => void): void {
    if (!this.idle) throw new Error("The connection is closed, or carries a request already.");
    this.#exchange = {
      answer: new AnswerReader(request.message.method),
      unusedMs: this.#served > 0 ? performance.now() - this.#lastUsed : undefined,
      timer: this.#timer(request),
      done,
    };
    this.#socket.write(wireOf(request), "latin1");
  }

  /** Ends the connection; a request that it carries fails as `eof`. */
  close(): void {
    this.#fail("eof", "closed by the client itself");
    this.#destroy();
  }

  #timer(request: Request): NodeJS.Timeout {
    const now = performance.now();
    const late = (): void => {
      this.#fail(this.#connected ? "timeout" : "connect-timeout", this.#connected ? this.#progress() : "not connected in time");
      this.#destroy();
    };
    if (this.#connected || request.connectDeadline >= request.deadline) return setTimeout(late, request.deadline - now);
    const timer = setTimeout(late, request.connectDeadline - now);
    this.#socket.once(openedBy(this.#target), () => {
      clearTimeout(timer);
      if (this.#exchange?.timer === timer)
        this.#exchange = { ...this.#exchange, timer: setTimeout(late, request.deadline - performance.now()) };
    });
    return timer;
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange;
    // Nobody asked: such a connection is of no use any more.
    if (exchange === undefined) {
      this.#destroy();
      return;
    }
    try {
      exchange.answer.read(bytes);
    } catch (error) {
      if (!(error instanceof JunkAnswer)) throw error;
      this.#fail("junk", error.message);
      this.#destroy();
      return;
    }
    if (exchange.answer.done) this.#answered(exchange);
  }

  #answered(exchange: Exchange): void {
    this.#served += 1;
    this.#lastUsed = performance.now();
    if (!exchange.answer.keepAlive) this.#destroy();
    const { status, bodyBytes } = exchange.answer;
    this.#settle({ answered: true, status, bytes: bodyBytes, server: exchange.answer.header(SERVER_HEADER) });
  }

  #ended(): void {
    const exchange = this.#exchange;
    if (exchange?.answer.end() === true) {
      this.#answered(exchange);
      return;
    }
    this.#cut("eof", "the server closed the connection");
    this.#destroy();
  }

  #broken(error: NodeJS.ErrnoException): void {
    const code = error.code ?? error.message;
    if (code === "ECONNREFUSED") this.#fail("refused", error.message);
    else if (this.#connected && (code === "ECONNRESET" || code === "EPIPE")) this.#cut("reset", error.message);
    else if (code === "ETIMEDOUT" && !this.#connected) this.#fail("connect-timeout", error.message);
    else this.#fail(`error-${code}`, error.message);
    this.#destroy();
  }

  /** A connection that was used before and ends without a byte of the answer may have been closed while it was idle. */
  #cut(kind: "eof" | "reset", what: string): void {
    const { unusedMs, answer } = this.#exchange ?? {};
    const stale = unusedMs !== undefined && answer?.bytes === 0;
    const unused = unusedMs === undefined ? "" : `, on a connection that had lain unused for ${Math.round(unusedMs)} ms`;
    this.#fail(stale ? `stale-${kind}` : kind, `${what}, ${this.#progress()}${unused}`);
  }

  #progress(): string {
    const bytes = this.#exchange?.answer.bytes ?? 0;
    return bytes === 0 ? "before any byte of an answer" : `after ${bytes} bytes of an unfinished answer`;
  }

  #fail(kind: FailureKind, detail: string): void {
    this.#settle({ answered: false, kind, detail }, true);
  }

  #settle(outcome: Outcome, closing = false): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    clearTimeout(exchange.timer);
    this.#exchange = undefined;
    if (closing) this.#destroy();
    exchange.done(outcome);
  }

  #destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#onClose();
  }
}

/** Head and body as they go over the wire, which is written as latin1: one character a byte. */
function wireOf({ id, last, message: { method, path, authority, headers = {}, body } }: Request): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `x-request-id: ${id}`,
    `host: ${authority}`,
    ...(last === true ? ["connection: close"] : []),
    ...(body === undefined ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${Buffer.from(body ?? "").toString("latin1")}`;
}
