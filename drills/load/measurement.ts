import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Failures of which the details are kept: the first ones say what happened, the rest repeats it. */
export const MAX_FIRST_FAILURES = 20;

/**
 * Why a request failed.
 *
 * | kind | meaning |
 * | --- | --- |
 * | `refused` | nobody listens there |
 * | `connect-timeout` | no connection in time: a black hole, or a full queue of a hung process |
 * | `reset`, `eof` | the connection was cut before the whole answer was there |
 * | `stale-reset`, `stale-eof` | the same on a reused connection, before any byte of the answer: it may have been closed while idle |
 * | `timeout` | connected, but not answered in time |
 * | `http-N` | answered with status N, which counts as a failure |
 * | `length` | answered in full, but with a body of another length than is expected |
 * | `junk` | what came back is no answer of the protocol |
 * | `unprocessed` | HTTP/2: the server says, twice in a row, that it has not touched the request, which a client may make again (RFC 9113, 8.7) |
 * | `rst-NAME`, `goaway-NAME` | HTTP/2: the server gave up the request, or the connection, with that error, such as `rst-CANCEL` |
 * | `no-connection` | never sent: all connections that the load may open were busy until its time was over |
 * | `error-CODE` | any other error of the operating system or of TLS, such as `error-EHOSTUNREACH` or `error-CERT_HAS_EXPIRED` |
 */
export type FailureKind =
  | "refused"
  | "connect-timeout"
  | "reset"
  | "eof"
  | "stale-reset"
  | "stale-eof"
  | "timeout"
  | "length"
  | "junk"
  | "unprocessed"
  | "no-connection"
  | `http-${number}`
  | `rst-${string}`
  | `goaway-${string}`
  | `error-${string}`;

/** One failed request. */
export interface FailedRequest {
  readonly kind: FailureKind;
  /** Milliseconds from the start of the load to the failure. */
  readonly atMs: number;
  /** The `x-request-id` that it was sent with. */
  readonly requestId: string;
  readonly detail: string;
}

/** How long successful requests took in milliseconds, each from the moment it was due. NaN while none has succeeded. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a load has seen, up to now or in all. */
export interface LoadResult {
  /** Requests that were due and started, each exactly once. In the end, succeeded + failed. */
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
  /** HTTP/2: requests that were made a second time, since the server said that it had not processed them; no failures by themselves. */
  readonly resent: number;
  /** Failed requests by kind; a kind that did not occur is absent. */
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
  /** The first failures, at most MAX_FIRST_FAILURES. */
  readonly firstFailures: readonly FailedRequest[];
  /** Longest time without a success, from the start of the load to its stop: the outage that a person feels. */
  readonly longestGapMs: number;
  readonly latency: Latency;
  /** Answers, successful or not, by the server that the header `x-evenkeel-server` names. */
  readonly byServer: Readonly<Record<string, number>>;
  /**
   * How far the load itself fell behind its pace at worst, be it for want of CPU or of connections: a latency or a gap
   * near it says nothing of the server.
   */
  readonly behindMs: number;
}

/** Counts what happens to the requests of a load, or of a lap of it. All times are milliseconds since the load's start. */
export class Measurement {
  readonly #latencyMicros: RecordableHistogram = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });
  readonly #failures = new Map<FailureKind, number>();
  readonly #firstFailures: FailedRequest[] = [];
  readonly #byServer = new Map<string, number>();
  #sent = 0;
  #succeeded = 0;
  #failed = 0;
  #resent = 0;
  #lastSuccessMs: number;
  #longestGapMs = 0;
  #behindMs = 0;

  /** @param beganMs When the lap began. */
  constructor(beganMs = 0) {
    this.#lastSuccessMs = beganMs;
  }

  /** What several loads have seen in the same time, as one. Each has its own gaps: the longest is that of the one that had it. */
  static merged(results: readonly { readonly measurement: Measurement; readonly untilMs: number }[]): LoadResult {
    const all = new Measurement();
    for (const { measurement: one, untilMs } of results) {
      all.#sent += one.#sent;
      all.#succeeded += one.#succeeded;
      all.#failed += one.#failed;
      all.#resent += one.#resent;
      for (const [kind, count] of one.#failures) all.#failures.set(kind, (all.#failures.get(kind) ?? 0) + count);
      all.#firstFailures.push(...one.#firstFailures);
      for (const [server, count] of one.#byServer) all.#byServer.set(server, (all.#byServer.get(server) ?? 0) + count);
      if (one.#succeeded > 0) all.#latencyMicros.add(one.#latencyMicros);
      all.#longestGapMs = Math.max(all.#longestGapMs, one.#gapAt(untilMs));
      all.#behindMs = Math.max(all.#behindMs, one.#behindMs);
    }
    all.#firstFailures.sort((left, right) => left.atMs - right.atMs).splice(MAX_FIRST_FAILURES);
    return all.result(0);
  }

  get unanswered(): number {
    return this.#sent - this.#succeeded - this.#failed;
  }

  /** A request was due. */
  started(): void {
    this.#sent += 1;
  }

  /** A request that was due at `dueMs` goes to a connection at `nowMs`, or is given up for want of one. */
  handled(dueMs: number, nowMs: number): void {
    this.#behindMs = Math.max(this.#behindMs, nowMs - dueMs);
  }

  /** A request that was due at `dueMs` has succeeded at `nowMs`. */
  success(dueMs: number, nowMs: number): void {
    this.#succeeded += 1;
    this.#latencyMicros.record(Math.max(1, Math.round((nowMs - dueMs) * 1000)));
    this.#longestGapMs = this.#gapAt(nowMs);
    this.#lastSuccessMs = Math.max(this.#lastSuccessMs, nowMs);
  }

  /** A request that no server has touched is made again. */
  resent(): void {
    this.#resent += 1;
  }

  /** A request has failed. */
  failure(failure: FailedRequest): void {
    this.#failed += 1;
    this.#failures.set(failure.kind, (this.#failures.get(failure.kind) ?? 0) + 1);
    if (this.#firstFailures.length < MAX_FIRST_FAILURES) this.#firstFailures.push(failure);
  }

  /** A whole answer, good or bad, came from `server`. */
  answeredBy(server: string): void {
    this.#byServer.set(server, (this.#byServer.get(server) ?? 0) + 1);
  }

  /** What was seen until `nowMs`; at the end of a load, the moment at which its last request was due. */
  result(nowMs: number): LoadResult {
    return {
      sent: this.#sent,
      succeeded: this.#succeeded,
      failed: this.#failed,
      resent: this.#resent,
      failures: Object.fromEntries(this.#failures),
      firstFailures: [...this.#firstFailures],
      longestGapMs: round(this.#gapAt(nowMs)),
      latency: this.#latency(),
      byServer: Object.fromEntries(this.#byServer),
      behindMs: round(this.#behindMs),
    };
  }

  #gapAt(nowMs: number): number {
    return Math.max(this.#longestGapMs, nowMs - this.#lastSuccessMs, 0);
  }

  #latency(): Latency {
    if (this.#succeeded === 0) return { p50: NaN, p99: NaN, p999: NaN, max: NaN };
    const at = (percent: number): number => round(this.#latencyMicros.percentile(percent) / 1000);
    return { p50: at(50), p99: at(99), p999: at(99.9), max: round(this.#latencyMicros.max / 1000) };
  }
}

/** One line for a person: `2 failed of 5000: 2 refused (p99 3.1 ms, longest gap 12 ms)`. */
export function describeResult(result: LoadResult): string {
  const kinds = Object.entries(result.failures).map(([kind, count]) => `${count} ${kind}`);
  const why = kinds.length === 0 ? "" : `: ${kinds.join(", ")}`;
  const p99 = result.succeeded === 0 ? "no success" : `p99 ${result.latency.p99.toFixed(1)} ms`;
  return `${result.failed} failed of ${result.sent}${why} (${p99}, longest gap ${result.longestGapMs.toFixed(0)} ms)`;
}

/** Microseconds are more than a shared machine can promise: three decimals. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
