import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { Connection, type Outcome } from "./client";
import type { LoadPlan, PlannedTarget } from "./load-options";
import { Measurement, type FailureKind, type LoadResult } from "./measurement";

/** Shortest sleep of a timer. What came due meanwhile is sent at once, its latency counted from when it was due. */
const TICK_MS = 1;

interface Arrival {
  readonly id: string;
  readonly lane: Lane;
  /** Milliseconds since the start. */
  readonly dueMs: number;
}

/** One target and the idle connections to it, the latest used last. */
interface Lane {
  readonly target: PlannedTarget;
  readonly idle: Connection[];
}

/**
 * An open-loop load: requests arrive at a constant rate, however slowly the earlier ones are answered. Each is
 * made once. It works in the thread that makes it, so it is made in one of its own.
 */
export class Generator {
  readonly #plan: LoadPlan;
  readonly #lanes: readonly Lane[];
  readonly #measurement = new Measurement();
  readonly #run = randomBytes(4).toString("hex");
  readonly #startedAt = performance.now();
  /** Arrivals that found every connection busy, the eldest first. */
  readonly #waiting: Arrival[] = [];
  #arrived = 0;
  #open = 0;
  #stoppedMs: number | undefined;
  #drained: (() => void) | undefined;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#lanes = plan.targets.map((target) => ({ target, idle: [] }));
    this.#tick();
  }

  snapshot(): LoadResult {
    return this.#measurement.result(this.#stoppedMs ?? this.#now());
  }

  /** No more arrivals; resolves when every request has ended and every connection is closed. */
  async stop(): Promise<LoadResult> {
    this.#stoppedMs ??= this.#now();
    if (this.#measurement.unanswered > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    for (const { idle } of this.#lanes) for (const connection of [...idle]) connection.close();
    return this.snapshot();
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
    const arrival = { id: `${this.#run}-${this.#arrived}`, lane, dueMs };
    this.#arrived += 1;
    this.#measurement.started();
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

  /** An idle connection of the lane, else a new one, for which an idle one of another lane may have to go. */
  #connection(lane: Lane): Connection | undefined {
    const idle = lane.idle.pop();
    if (idle !== undefined) return idle;
    if (this.#open >= this.#plan.maxConnections) this.#lanes.find((other) => other.idle.length > 0)?.idle[0]?.close();
    if (this.#open >= this.#plan.maxConnections) return undefined;
    this.#open += 1;
    const connection: Connection = new Connection(lane.target, () => {
      this.#open -= 1;
      const at = lane.idle.indexOf(connection);
      if (at >= 0) lane.idle.splice(at, 1);
    });
    return connection;
  }

  #send(arrival: Arrival, connection: Connection): void {
    const { method, timeoutMs, connectTimeoutMs, keepAlive } = this.#plan;
    const { target, idle } = arrival.lane;
    const due = this.#startedAt + arrival.dueMs;
    this.#measurement.handled(arrival.dueMs, this.#now());
    const bytes = target.beforeId + arrival.id + target.afterId;
    connection.send({ method, bytes, deadline: due + timeoutMs, connectDeadline: due + connectTimeoutMs }, (outcome) => {
      if (connection.idle && keepAlive) idle.push(connection);
      else connection.close();
      this.#count(arrival, outcome);
      this.#pump();
    });
  }

  #count(arrival: Arrival, outcome: Outcome): void {
    if (outcome.answered) {
      if (outcome.server !== undefined) this.#measurement.answeredBy(outcome.server);
      const { expectStatus } = this.#plan;
      const good = expectStatus === undefined ? outcome.status < 400 : outcome.status === expectStatus;
      if (good) this.#measurement.success(arrival.dueMs, this.#now());
      else this.#fail(arrival, `http-${outcome.status}`, outcome.server === undefined ? "" : `answered by ${outcome.server}`);
    } else this.#fail(arrival, outcome.kind, outcome.detail);
    if (this.#measurement.unanswered === 0) this.#drained?.();
  }

  /** Fails what has waited for a connection until its time was over. */
  #giveUp(): void {
    const { timeoutMs, maxConnections } = this.#plan;
    for (let eldest = this.#waiting[0]; eldest !== undefined; eldest = this.#waiting[0]) {
      if (eldest.dueMs + timeoutMs > this.#now()) return;
      this.#waiting.shift();
      this.#measurement.handled(eldest.dueMs, this.#now());
      this.#fail(eldest, "no-connection", `all ${maxConnections} connections were busy`);
      if (this.#measurement.unanswered === 0) this.#drained?.();
    }
  }

  #fail({ id }: Arrival, kind: FailureKind, detail: string): void {
    this.#measurement.failure({ kind, atMs: Math.round(this.#now()), requestId: id, detail });
  }
}
