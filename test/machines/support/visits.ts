import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { expect } from "chai";
import { until } from "../../../provider/wait";

/** What visitors do. */
export interface VisitPlan {
  /** The addresses of the site, which are tried in turn. */
  readonly addresses: readonly string[];
  /** The name that they know the site by. */
  readonly host: string;
  /** What they ask for, in turn. */
  readonly paths: readonly string[];
  readonly requestsPerSecond: number;
}

/** What visitors have seen. */
export interface Seen {
  sent: number;
  succeeded: number;
  /** Requests that no address answered well. */
  failed: number;
  /** Requests that one address did not answer well, and for which the next was tried. */
  retried: number;
  /** The longest time that one took which succeeded, in milliseconds. */
  longest: number;
  /** How many each server answered. */
  readonly byServer: Record<string, number>;
  /** The first of what went wrong. */
  readonly told: string[];
}

/** Visitors that are under way, in a process of their own with the addresses of a network namespace. */
export class Visits {
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private readonly waiting: ((seen: Seen) => void)[] = [];

  constructor(netns: string, plan: VisitPlan) {
    const program = [process.execPath, "--require", "tsx/cjs", path.join(__dirname, "visitor.ts"), JSON.stringify(plan)];
    const child = spawn("ip", ["netns", "exec", netns, ...program], { stdio: ["pipe", "pipe", "inherit"] });
    this.child = child;
    this.lines = createInterface({ input: child.stdout });
    this.lines.on("line", (line) => this.waiting.shift()?.(JSON.parse(line) as Seen));
  }

  snapshot(): Promise<Seen> {
    return this.ask("snapshot");
  }

  /** Waits until something was seen. @throws Error when it is not within so many milliseconds. */
  async until(condition: (seen: Seen) => boolean, within = 60_000): Promise<Seen> {
    const found = await until(async () => {
      const seen = await this.snapshot();
      return condition(seen) ? seen : undefined;
    }, within);
    if (found === undefined) throw new Error(`not seen within ${within} ms: ${JSON.stringify(await this.snapshot())}`);
    return found;
  }

  /** Waits until so many more requests have been answered well. */
  async goOn(requests = 100): Promise<Seen> {
    const before = await this.snapshot();
    return this.until(({ succeeded }) => succeeded >= before.succeeded + requests);
  }

  /** Ends them when what is in flight has ended. */
  stop(): Promise<Seen> {
    return this.ask("stop");
  }

  /** Ends them at once. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  private ask(question: "snapshot" | "stop"): Promise<Seen> {
    return new Promise((resolve, reject) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) reject(new Error("the visitors are gone"));
      this.waiting.push(resolve);
      this.child.stdin?.write(`${question}\n`);
    });
  }
}

/** Asserts that no visitor lost a request, and that none had to try again. */
export function expectNothingLost({ failed, retried, told }: Seen): void {
  expect({ failed, retried }, told.join("\n")).to.deep.equal({ failed: 0, retried: 0 });
}
