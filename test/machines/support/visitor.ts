import { createInterface } from "node:readline";
import type { Outcome } from "../../../drills/load/channel";
import { Connection } from "../../../drills/load/client";
import type { Seen, VisitPlan } from "./visits";

/** How long a visitor waits for a connection, and for an answer, before the next address is tried, in milliseconds. */
const CONNECT_WITHIN = 1_500;
const ANSWER_WITHIN = 35_000;
/** How many failures are told with their reasons. */
const TOLD = 10;

/** Visitors of a site: requests at a constant rate, each for one of the addresses in turn, and once more for the next when that fails. */
class Visitors {
  private readonly idle = new Map<string, Connection[]>();
  private readonly seen: Seen = { sent: 0, succeeded: 0, failed: 0, retried: 0, longest: 0, byServer: {}, told: [] };
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private due = 0;
  private asked = 0;

  constructor(private readonly plan: VisitPlan) {
    this.timer = setInterval(() => this.arrive(), 2);
  }

  snapshot(): Seen {
    return this.seen;
  }

  async stop(): Promise<Seen> {
    clearInterval(this.timer);
    while (this.seen.succeeded + this.seen.failed < this.seen.sent) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.seen;
  }

  private arrive(): void {
    const { requestsPerSecond, addresses, paths } = this.plan;
    for (; this.due * (1_000 / requestsPerSecond) <= performance.now() - this.startedAt; this.due++) {
      const first = this.due % addresses.length;
      const inTurn = [...addresses.slice(first), ...addresses.slice(0, first)];
      const at = paths[Math.floor(this.due / addresses.length) % paths.length] ?? "/";
      this.seen.sent++;
      void this.visit(inTurn, at);
    }
  }

  private async visit(addresses: readonly string[], at: string): Promise<void> {
    const begun = performance.now();
    const reasons: string[] = [];
    for (const address of addresses) {
      if (reasons.length > 0) this.seen.retried++;
      const outcome = await this.ask(address, at);
      if (outcome.answered && outcome.status < 400) {
        this.seen.succeeded++;
        this.seen.longest = Math.max(this.seen.longest, performance.now() - begun);
        const server = outcome.server ?? "nobody";
        this.seen.byServer[server] = (this.seen.byServer[server] ?? 0) + 1;
        break;
      }
      const reason = outcome.answered ? `status ${outcome.status}` : `${outcome.kind}: ${outcome.detail}`;
      const [when, took] = [begun - this.startedAt, performance.now() - begun].map(Math.round);
      reasons.push(`${at} at ${address}, ${when} ms after the start and for ${took} ms: ${reason}`);
    }
    if (reasons.length === addresses.length) this.seen.failed++;
    if (this.seen.told.length < TOLD) this.seen.told.push(...reasons);
  }

  private ask(address: string, at: string): Promise<Outcome> {
    const idle = this.idle.get(address) ?? [];
    this.idle.set(address, idle);
    const connection: Connection =
      idle.pop() ??
      new Connection({ host: address, port: 80 }, () => {
        const place = idle.indexOf(connection);
        if (place >= 0) idle.splice(place, 1);
      });
    const now = performance.now();
    return new Promise((resolve) => {
      connection.send(
        {
          id: `visitor-${this.asked++}`,
          message: { method: "GET", path: at, authority: this.plan.host },
          ...{ deadline: now + ANSWER_WITHIN, connectDeadline: now + CONNECT_WITHIN },
        },
        (outcome) => {
          if (connection.idle) idle.push(connection);
          resolve(outcome);
        },
      );
    });
  }
}

const visitors = new Visitors(JSON.parse(process.argv[2] ?? "") as VisitPlan);
const answer = (seen: Seen): unknown => process.stdout.write(`${JSON.stringify(seen)}\n`);
createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "snapshot") answer(visitors.snapshot());
  else void visitors.stop().then((seen) => process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit()));
});
