import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Channel, Outcome } from "./channel";
import { Connection } from "./client";
import { Http2Connection } from "./http2-client";
import type { LoadPlan, PlannedTarget } from "./load-options";
import { Measurement, type FailureKind } from "./measurement";

/** Shortest sleep of a timer. What came due meanwhile is sent at once, its latency counted from when it was due. */
const TICK_MS = 1;

interface Arrival {
  readonly id: string;
  readonly lane: Lane;
  /** Of the lap in which it was due. */
  readonly measurement: Measurement;
  /** Milliseconds since the start. */
  readonly dueMs: number;
  /** It was made before, and the server said that it had not processed it. */
  readonly again?: boolean;
}

/** One target and the connections to it that can take a request, the latest used last. */
interface Lane {
  readonly target: PlannedTarget;
  readonly idle: Channel[];
}

/** What was seen of a load or a lap, and until when. */
export interface Seen {
  readonly measurement: Measurement;
  /** Milliseconds since the start. */
  readonly untilMs: number;
}

/**
 * An open-loop load: requests arrive at a constant rate, however slowly the earlier ones are answered. Each is
 * made once. It works in the thread that makes it, so it is made in one of its own.
 */
export class Generator {
  readonly #plan: LoadPlan;
  readonly #lanes: readonly Lane[];
  #measurement = new Measurement();
  readonly #run = randomBytes(4).toString("hex");
  readonly #startedAt = performance.now();
  /** Arrivals that found every connection busy, the eldest first. */
  readonly #waiting: Arrival[] = [];
  #arrived = 0;
  #open = 0;
  #stoppedMs: number | undefined;
  /** Who waits until each request of a lap has ended. */
  readonly #drained = new Map<Measurement, () => void>();

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#lanes = plan.targets.map((target) => ({ target, idle: [] }));
    this.#tick();
  }

  /** What was seen since the last lap. */
  snapshot(): Seen {
    return { measurement: this.#measurement, untilMs: this.#stoppedMs ?? this.#now() };
  }

  /** Ends a lap, while the load goes on; resolves when every request that was due in it has ended. */
  async lap(): Promise<Seen> {
    const lap = this.snapshot();
    this.#measurement = new Measurement(lap.untilMs);
    await this.#ended(lap.measurement);
    return lap;
  }

  /** No more arrivals; resolves when every request has ended and every connection is closed. */
  async stop(): Promise<Seen> {
    this.#stoppedMs ??= this.#now();
    await this.#ended(this.#measurement);
    for (const { idle } of this.#lanes) for (const connection of [...idle]) connection.close();
    return this.snapshot();
  }

  async #ended(measurement: Measurement): Promise<void> {
    if (measurement.unanswered > 0) await new Promise<void>((resolve) => this.#drained.set(measurement, resolve));
  }

  #now(): number {
    return performance.now() - this.#startedAt;
  }

  #tick(): void {
    const gap = 1000 / this.#plan.requestsPerSecond;
    while (this.#stoppedMs === undefined && this.#arrived * gap <= this.#now()) this.#arrive(this.#arrived * gap);
    this.#giveUp();
    if (this.#stoppedMs === undefined || this.#waiting.length > 0) setTimeout(() => this.#tick(), TICK_MS);
  }

  #arrive(dueMs: number): void {
    const lane = this.#lanes[this.#arrived % this.#lanes.length];
    if (lane === undefined) throw new Error("A load needs a target.");
    const arrival = { id: `${this.#run}-${this.#arrived}`, lane, measurement: this.#measurement, dueMs };
    this.#arrived += 1;
    arrival.measurement.started();
    this.#waiting.push(arrival);
    this.#pump();
  }

  /** Sends what waits, as far as there are connections. */
  #pump(): void {
    for (let arrival = this.#waiting[0]; arrival !== undefined; arrival = this.#waiting[0]) {
      const connection = this.#connection(arrival.lane);
      if (connection === undefined) return;
      this.#waiting.shift();
      this.#send(arrival, connection);
    }
  }

  /** A connection of the lane that can take a request, else a new one, for which an idle one of another lane may have to go. */
  #connection(lane: Lane): Channel | undefined {
    const { maxUnusedMs } = this.#plan;
    for (let last = lane.idle.at(-1); last !== undefined; last = lane.idle.at(-1)) {
      const worn = performance.now() - last.lastUsed > maxUnusedMs;
      if (last.idle && !worn) return last;
      lane.idle.pop();
      if (worn) last.close();
    }
    if (this.#open >= this.#plan.maxConnections) this.#lanes.find((other) => other.idle.length > 0)?.idle[0]?.close();
    if (this.#open >= this.#plan.maxConnections) return undefined;
    this.#open += 1;
    const Speaking = this.#plan.protocol === "h2" ? Http2Connection : Connection;
    const connection: Channel = new Speaking(lane.target, () => {
      this.#open -= 1;
      const at = lane.idle.indexOf(connection);
      if (at >= 0) lane.idle.splice(at, 1);
    });
    if (this.#plan.keepAlive) lane.idle.push(connection);
    return connection;
  }

  #send(arrival: Arrival, connection: Channel): void {
    const { timeoutMs, connectTimeoutMs, keepAlive } = this.#plan;
    const { target, idle } = arrival.lane;
    const due = this.#startedAt + arrival.dueMs;
    arrival.measurement.handled(arrival.dueMs, this.#now());
    const { id } = arrival;
    const request = {
      id,
      message: target.message,
      last: !keepAlive,
      deadline: due + timeoutMs,
      connectDeadline: due + connectTimeoutMs,
    };
    connection.send(request, (outcome) => {
      if (!keepAlive) connection.close();
      else if (connection.idle && !idle.includes(connection)) idle.push(connection);
      this.#count(arrival, outcome);
      this.#pump();
    });
  }

  #count(arrival: Arrival, outcome: Outcome): void {
    if (outcome.answered) {
      const { status, bytes, server } = outcome;
      if (server !== undefined) arrival.measurement.answeredBy(server);
      const { expectStatus, expectBytes = bytes } = this.#plan;
      const good = expectStatus === undefined ? status < 400 : status === expectStatus;
      const by = server === undefined ? "" : `answered by ${server}`;
      if (!good) this.#fail(arrival, `http-${status}`, by);
      else if (bytes !== expectBytes) this.#fail(arrival, "length", `${bytes} bytes, not ${expectBytes}; ${by}`);
      else arrival.measurement.success(arrival.dueMs, this.#now());
    } else if (outcome.kind === "unprocessed" && arrival.again !== true) {
      // What every client of HTTP/2 does, since nothing has happened yet (RFC 9113, 8.7); once, and counted.
      arrival.measurement.resent();
      this.#waiting.unshift({ ...arrival, again: true });
    } else this.#fail(arrival, outcome.kind, outcome.detail);
    this.#tell(arrival);
  }

  /** Tells who waits for the lap of a request that has ended. */
  #tell({ measurement }: Arrival): void {
    if (measurement.unanswered > 0) return;
    this.#drained.get(measurement)?.();
    this.#drained.delete(measurement);
  }

  /** Fails what has waited for a connection until its time was over. */
  #giveUp(): void {
    const { timeoutMs, maxConnections } = this.#plan;
    for (let eldest = this.#waiting[0]; eldest !== undefined; eldest = this.#waiting[0]) {
      if (eldest.dueMs + timeoutMs > this.#now()) return;
      this.#waiting.shift();
      eldest.measurement.handled(eldest.dueMs, this.#now());
      this.#fail(eldest, "no-connection", `all ${maxConnections} connections were busy`);
      this.#tell(eldest);
    }
  }

  #fail({ id, measurement }: Arrival, kind: FailureKind, detail: string): void {
    measurement.failure({ kind, atMs: Math.round(this.#now()), requestId: id, detail });
  }
}
