import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../../drills/load";
import { choosePorts } from "../../provider/process/ports";
import { until } from "../../provider/wait";
import { table } from "../table";
import { barest, caddy, type Contender, evenkeel, nginx, type Place, quickServers } from "./contenders";
import { median, written } from "./sample";

/** Requests a second: far from what a balancer can do, so that its neighbours on the machine are not measured. */
const RATE = 1_000;
/** How long each is asked in a round, in milliseconds, and before it, to warm up. */
const ROUND = 3_000;
const WARM_UP = 700;
/** How often each has its turn; they take turns, so that a busy moment of the machine meets all. */
const ROUNDS = 7;
const SERVERS = 4;

interface Turn {
  /** Processor time of the balancer for one request, in milliseconds. */
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * What the balancer costs as Evenkeel renders it, next to others that balance the same servers: a table. Generator and
 * balancer share the machine, so requests a second at full load would tell of both. What is told instead is how many requests
 * one core carries, from the processor time that the balancer used for those of one rate.
 */
export async function balancer(): Promise<string> {
  if (os.platform() !== "linux") return "  balancers: not measured, for only Linux tells the processor time of a process exactly";
  const directory = mkdtempSync(path.join(os.tmpdir(), "ekb-"));
  const running: ChildProcess[] = [];
  try {
    const start = async (contender: Contender, home: string, port: number): Promise<ChildProcess> => {
      for (const [name, text] of Object.entries(contender.files)) writeFileSync(path.join(home, name), text);
      const [program = "", ...args] = contender.command;
      const child = spawn(program, args, { stdio: "ignore", detached: true, cwd: home });
      running.push(child);
      const url = `http://127.0.0.1:${port}${contender.path}`;
      const answers = (): Promise<true | undefined> =>
        fetch(url).then(
          ({ ok }) => ok || undefined,
          () => undefined,
        );
      if ((await until(answers, 15_000)) === undefined) throw new Error(`${contender.name} does not answer: ${url}`);
      return child;
    };
    const home = (): string => mkdtempSync(path.join(directory, "b-"));
    const wishes = Object.fromEntries(Array.from({ length: SERVERS }, (_, i) => [`s${i}`, {}]));
    const taken = new Set<number>();
    const ports = async (names: Record<string, object>): Promise<Record<string, number>> => {
      const chosen = await choosePorts(names, taken);
      for (const port of Object.values(chosen)) taken.add(port);
      return chosen;
    };
    const servers = Object.values(await ports(wishes));
    await start(quickServers(directory, servers), directory, servers[0] ?? 0);

    const absent: string[] = [];
    const contenders: { name: string; url: string; child: ChildProcess; turns: Turn[] }[] = [];
    for (const make of [barest, ...[1, 10, 100].map((n) => (place: Place) => evenkeel(n, place)), nginx, caddy]) {
      const { site = 0, health = 0 } = await ports({ site: {}, health: {} });
      const place = { directory: home(), ports: { site, health }, servers };
      const contender = make(place);
      if (typeof contender === "string") {
        absent.push(`  not measured: ${contender}`);
        continue;
      }
      const child = await start(contender, place.directory, site);
      contenders.push({ name: contender.name, url: `http://127.0.0.1:${site}${contender.path}`, child, turns: [] });
    }
    for (let round = 0; round < ROUNDS; round++)
      for (const { url, child, turns } of contenders) turns.push(await turnOf(url, child.pid ?? 0));

    const [base] = contenders;
    if (base === undefined) throw new Error("nothing was measured");
    const of = (turns: readonly Turn[], key: keyof Turn): number => median(turns.map((turn) => turn[key]));
    const rows = contenders.map(({ name, turns }) => [
      name,
      (1_000 / of(turns, "cpu")).toFixed(0),
      (of(base.turns, "cpu") / of(turns, "cpu")).toFixed(2),
      written(of(turns, "p50"), "ms"),
      written(of(turns, "p99"), "ms"),
      // Of pairs that ran one after the other, since a busy machine moves both.
      median(turns.map(({ p99 }, i) => p99 / (base.turns[i]?.p99 ?? NaN))).toFixed(2),
    ]);
    const head = [
      `balancing ${SERVERS} servers, ${RATE} requests/s, ${ROUNDS} times`,
      "requests per core s",
      "ratio",
      "p50 ms",
      "p99 ms",
      "p99 ratio",
    ];
    return [table(head, rows), ...absent].join("\n");
  } finally {
    await Promise.all(running.map(ended));
    rmSync(directory, { recursive: true, force: true });
  }
}

async function turnOf(url: string, pid: number): Promise<Turn> {
  const load = await startLoad({ url, requestsPerSecond: RATE, expectStatus: 200, maxConnections: 64 });
  try {
    await sleep(WARM_UP);
    await load.lap();
    const before = processorTime(pid);
    await sleep(ROUND);
    const [seen, after] = [await load.lap(), processorTime(pid)];
    if (seen.failed > 0) throw new Error(`${url}: ${JSON.stringify(seen.failures)}`);
    return { cpu: (after - before) / seen.sent, p50: seen.latency.p50, p99: seen.latency.p99 };
  } finally {
    await load.stop();
  }
}

/** Processor time that a process and those that it started have used, in milliseconds. */
function processorTime(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const own = threads.reduce(
    (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
    0,
  );
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
  );
  return own / 1_000_000 + children.reduce((sum, child) => sum + processorTime(Number(child)), 0);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-(child.pid ?? NaN), "SIGKILL");
  await exit;
}
