import http2, { type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { TLSSocket } from "node:tls";
import { type Channel, dial, openedBy, type Outcome, type Request, SERVER_HEADER, type Target } from "./channel";
import type { FailureKind } from "./measurement";

/** Requests under way on one connection: half of what browsers allow themselves, and all that HAProxy allows. */
const MAX_STREAMS = 50;
/** Error codes by number (RFC 9113, 7). */
const ERROR_CODES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];
const { NGHTTP2_NO_ERROR: NO_ERROR, NGHTTP2_REFUSED_STREAM: REFUSED_STREAM } = http2.constants;

interface Exchange {
  readonly stream: ClientHttp2Stream;
  readonly done: (outcome: Outcome) => void;
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
  timer: NodeJS.Timeout | undefined;
  /** Why it fails, where this side knows better than the stream says. */
  verdict?: { readonly kind: FailureKind; readonly detail: string };
  status: number;
  server: string | undefined;
  bytes: number;
  /** Whether the end of the answer was seen. */
  whole: boolean;
}

/**
 * One HTTP/2 connection, on which many requests are made at a time. Like the one of HTTP/1.1 it makes each once: a request
 * that the server says it has not processed ends as `unprocessed`, and whether it is made again is not decided here.
 */
export class Http2Connection implements Channel {
  readonly #target: Target;
  readonly #socket: Socket;
  readonly #session: ClientHttp2Session;
  readonly #exchanges = new Set<Exchange>();
  #connected = false;
  #served = 0;
  #lastUsed = performance.now();
  /** It takes no more requests: it has ended, or its end was announced. */
  #leaving = false;
  /** The last stream that the server has processed or may process, once it has said so. */
  #lastProcessed = Infinity;
  #broken: NodeJS.ErrnoException | undefined;
  #goawayCode: number = NO_ERROR;

  /** Begins to connect. `onClose` is called once, whenever and by whomever the connection is closed. */
  constructor(target: Target, onClose: () => void) {
    this.#target = target;
    this.#socket = dial(target, "h2");
    this.#socket.on("error", (error: NodeJS.ErrnoException) => (this.#broken ??= error));
    this.#socket.on(openedBy(target), () => this.#opened());
    this.#session = http2.connect(`${schemeOf(target)}://${target.host}`, { createConnection: () => this.#socket });
    this.#session.on("error", (error: NodeJS.ErrnoException) => (this.#broken ??= error));
    this.#session.on("goaway", (code: number, lastStream?: number) => {
      this.#leaving = true;
      this.#goawayCode = code;
      this.#lastProcessed = Math.min(this.#lastProcessed, lastStream ?? Infinity);
      this.#endIfLeft();
    });
    this.#session.once("close", () => {
      this.#leaving = true;
      this.#socket.destroy();
      onClose();
    });
  }

  get idle(): boolean {
    return !this.#leaving && !this.#session.closed && !this.#session.destroyed && this.#exchanges.size < this.#room;
  }

  get lastUsed(): number {
    return this.#exchanges.size === 0 ? this.#lastUsed : performance.now();
  }

  send({ id, message, deadline, connectDeadline }: Request, done: (outcome: Outcome) => void): void {
    const { method, path, authority, headers = {}, body } = message;
    const stream = this.#session.request(
      {
        ":method": method,
        ":path": path,
        ":authority": authority,
        ":scheme": schemeOf(this.#target),
        "x-request-id": id,
        ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
        ...headers,
      },
      { endStream: body === undefined },
    );
    const exchange: Exchange = { stream, done, deadline, timer: undefined, status: 0, server: undefined, bytes: 0, whole: false };
    if (this.#connected) this.#await(exchange);
    else
      exchange.timer = setTimeout(
        () => this.#end("connect-timeout", "not connected in time"),
        connectDeadline - performance.now(),
      );
    this.#exchanges.add(exchange);
    stream.on("response", (answer) => {
      exchange.status = answer[":status"] ?? 0;
      exchange.server = answer[SERVER_HEADER] as string | undefined;
    });
    stream.on("data", (bytes: Buffer) => (exchange.bytes += bytes.length));
    stream.on("end", () => (exchange.whole = true));
    stream.on("error", (error: NodeJS.ErrnoException) => (exchange.verdict ??= this.#verdictOf(exchange, error)));
    stream.once("close", () => this.#settle(exchange));
    if (body !== undefined) stream.end(body);
  }

  close(): void {
    this.#end("eof", "closed by the client itself");
  }

  /** Ends it at once, and fails whatever it carries. */
  #end(kind: FailureKind, detail: string): void {
    this.#leaving = true;
    for (const exchange of this.#exchanges) exchange.verdict ??= { kind, detail };
    this.#session.destroy();
  }

  get #room(): number {
    return Math.min(
      MAX_STREAMS,
      this.#connected ? (this.#session.remoteSettings.maxConcurrentStreams ?? MAX_STREAMS) : MAX_STREAMS,
    );
  }

  #opened(): void {
    this.#connected = true;
    if (this.#socket instanceof TLSSocket && this.#socket.alpnProtocol !== "h2")
      this.#end("junk", "the server agrees on no HTTP/2");
    else for (const exchange of this.#exchanges) this.#await(exchange);
  }

  /** Gives a request up when its time is over; others on the connection go on. */
  #await(exchange: Exchange): void {
    clearTimeout(exchange.timer);
    exchange.timer = setTimeout(() => {
      exchange.verdict = { kind: "timeout", detail: this.#progress(exchange) };
      exchange.stream.close(http2.constants.NGHTTP2_CANCEL);
      // Over for its client, whenever the stream says so too.
      this.#settle(exchange);
    }, exchange.deadline - performance.now());
  }

  #settle(exchange: Exchange): void {
    clearTimeout(exchange.timer);
    if (!this.#exchanges.delete(exchange)) return;
    this.#lastUsed = performance.now();
    const { status, server, bytes, whole, stream } = exchange;
    const good = exchange.verdict === undefined && whole && status > 0 && !stream.aborted && stream.rstCode === NO_ERROR;
    if (good) this.#served += 1;
    const failure = good ? undefined : (exchange.verdict ?? this.#verdictOf(exchange));
    this.#endIfLeft();
    exchange.done(failure === undefined ? { answered: true, status, server, bytes } : { answered: false, ...failure });
  }

  /** Why a request failed: what the server said of it, else what became of the connection. */
  #verdictOf(exchange: Exchange, error?: NodeJS.ErrnoException): { kind: FailureKind; detail: string } {
    const { stream } = exchange;
    const progress = this.#progress(exchange);
    if (!this.#connected) return this.#notConnected();
    const unsent = stream.id === undefined || error?.code === "ERR_HTTP2_GOAWAY_SESSION";
    if (unsent || stream.rstCode === REFUSED_STREAM || (stream.id ?? 0) > this.#lastProcessed)
      return { kind: "unprocessed", detail: `the server says that it has not processed it, ${progress}` };
    if (this.#goawayCode !== NO_ERROR) return { kind: `goaway-${nameOf(this.#goawayCode)}`, detail: progress };
    const code = this.#broken?.code;
    if (code === "ECONNRESET" || code === "EPIPE") return this.#cut("reset", exchange);
    if (this.#socket.readableEnded || this.#socket.destroyed) return this.#cut("eof", exchange);
    return { kind: `rst-${nameOf(stream.rstCode)}`, detail: progress };
  }

  #notConnected(): { kind: FailureKind; detail: string } {
    const code = this.#broken?.code ?? "closed";
    const detail = this.#broken?.message ?? "closed before it was connected";
    if (code === "ECONNREFUSED") return { kind: "refused", detail };
    if (code === "ETIMEDOUT") return { kind: "connect-timeout", detail };
    return { kind: `error-${code}`, detail };
  }

  #cut(kind: "eof" | "reset", exchange: Exchange): { kind: FailureKind; detail: string } {
    const stale = this.#served > 0 && exchange.status === 0;
    return { kind: stale ? `stale-${kind}` : kind, detail: `the connection was cut, ${this.#progress(exchange)}` };
  }

  #progress({ status, bytes }: Exchange): string {
    return status === 0 ? "before any byte of an answer" : `after ${bytes} bytes of an unfinished answer`;
  }

  /** A connection whose end was announced is closed by whoever is last to have something on it. */
  #endIfLeft(): void {
    if (this.#leaving && this.#exchanges.size === 0 && !this.#session.closed) this.#session.close();
  }
}

/** `CANCEL` for 8. */
function nameOf(code: number | undefined): string {
  return ERROR_CODES[code ?? NO_ERROR] ?? String(code);
}

function schemeOf({ tls }: Target): "http" | "https" {
  return tls === undefined ? "http" : "https";
}
