import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type LoadOptions, startLoad } from "../load/load";
import { choosePorts } from "../../provider/process/ports";
import { until } from "../../provider/wait";
import { certificates, DOMAIN } from "../changes/certificate";
import { table } from "../../workspace/table";
import { barest, caddy, type Contender, evenkeel, nginx, type Place, quickServers, thorough } from "./contenders";
import { median, written } from "./sample";

/** Requests a second: far from what a balancer can do, so that its neighbours on the machine are not measured. */
const RATE = 2_000;
/** How long each is asked in a round, in milliseconds, and before it, to warm up. */
const ROUND = 2_000;
const WARM_UP = 700;
/** How often each has its turn; they take turns, so that a busy moment of the machine meets all. */
const ROUNDS = 9;
const SERVERS = 4;
/** How long a contender may take to answer. */
const START_WITHIN = 15_000;

interface Turn {
  /** Processor time of the balancer for one request, in milliseconds. */
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
}

/** A contender that runs, and what it was seen to do. */
interface Runner {
  readonly name: string;
  readonly child: ChildProcess;
  readonly load: Pick<LoadOptions, "url" | "tls" | "headers">;
  readonly turns: Turn[];
}

type Maker = (place: Place) => Contender | string;

/**
 * What the balancer costs as Evenkeel renders it, next to others that balance the same servers: two tables, without TLS of
 * clients and with it. Generator and balancer share the machine, so requests a second at full load would tell of both. What is told
 * instead is how many requests one core carries, from the processor time that the balancer used for those of one rate.
 */
export async function balancer(): Promise<string> {
  if (os.platform() !== "linux") return "  balancers: not measured, for only Linux tells the processor time of a process exactly";
  const routes = [1, 10, 100].map(
    (count): Maker =>
      (place) =>
        evenkeel(count, place),
  );
  const tables = [
    await race("over HTTP", [barest, ...routes, thorough, nginx, caddy], undefined),
    await race("over HTTPS", [barest, ...routes, thorough, nginx, caddy], await certificates()),
  ];
  return tables.join("\n\n");
}

/** Has them take turns: a table. The first is what the others are held against. */
async function race(how: string, makers: readonly Maker[], tls: Awaited<ReturnType<typeof certificates>> | undefined) {
  const directory = mkdtempSync(path.join(os.tmpdir(), "ekb-"));
  const running: ChildProcess[] = [];
  // After Ctrl-C too.
  const leave = (): void => {
    running.forEach(kill);
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", leave);
  try {
    const taken = new Set<number>();
    const ports = async (names: Record<string, object>): Promise<Record<string, number>> => {
      const chosen = await choosePorts(names, taken);
      for (const port of Object.values(chosen)) taken.add(port);
      return chosen;
    };
    const start = async (contender: Contender, home: string, load: Runner["load"]): Promise<ChildProcess> => {
      for (const [name, text] of Object.entries(contender.files)) writeFileSync(path.join(home, name), text);
      const [program = "", ...args] = contender.command;
      const child = spawn(program, args, { stdio: "ignore", detached: true, cwd: home });
      running.push(child);
      if ((await until(() => answers(load), START_WITHIN)) === undefined) throw new Error(`${contender.name} does not answer`);
      return child;
    };
    const servers = Object.values(await ports(Object.fromEntries(Array.from({ length: SERVERS }, (_, i) => [`s${i}`, {}]))));
    await start(quickServers(directory, servers), directory, { url: `http://127.0.0.1:${servers[0]}/` });

    const absent: string[] = [];
    const runners: Runner[] = [];
    for (const [i, make] of makers.entries()) {
      const { site = 0, https: secure = 0, health = 0 } = await ports({ site: {}, https: {}, health: {} });
      const home = path.join(directory, `b-${i}`);
      mkdirSync(home);
      const place = { directory: home, ports: { site, https: secure, health }, servers, tls: tls && certified(tls) };
      const contender = make(place);
      if (typeof contender === "string") {
        absent.push(`  not measured: ${contender}`);
        continue;
      }
      const load =
        tls === undefined
          ? { url: `http://127.0.0.1:${site}${contender.path}` }
          : {
              url: `https://127.0.0.1:${secure}${contender.path}`,
              tls: { serverName: DOMAIN, ca: tls.ca },
              headers: { host: `${DOMAIN}:${secure}` },
            };
      runners.push({ name: contender.name, child: await start(contender, home, load), load, turns: [] });
    }
    for (let round = 0; round < ROUNDS; round++)
      for (const { load, child, turns } of runners) turns.push(await turnOf(load, child.pid ?? 0));
    return [report(how, runners), ...absent].join("\n");
  } finally {
    await Promise.all(running.map(ended));
    process.off("exit", leave);
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(how: string, runners: readonly Runner[]): string {
  const base = runners[0]?.turns ?? [];
  // Of pairs that ran one after the other, since a busy machine moves both.
  const ratio = (turns: readonly Turn[], of: (turn: Turn, base: Turn) => number): string =>
    median(turns.flatMap((turn, i) => (base[i] === undefined ? [] : [of(turn, base[i])]))).toFixed(2);
  const rows = runners.map(({ name, turns }) => [
    name,
    (1_000 / median(turns.map(({ cpu }) => cpu))).toFixed(0),
    ratio(turns, (turn, { cpu }) => cpu / turn.cpu),
    written(median(turns.map(({ p50 }) => p50)), "ms"),
    written(median(turns.map(({ p99 }) => p99)), "ms"),
    ratio(turns, (turn, { p99 }) => turn.p99 / p99),
  ]);
  return table(
    [
      `balancing ${SERVERS} servers ${how}, ${RATE} requests/s, ${ROUNDS} times`,
      "requests per core s",
      "ratio",
      "p50 ms",
      "p99 ms",
      "p99 ratio",
    ],
    rows,
  );
}

/** The certificate of the site and its key, in PEM. */
function certified({ first }: Awaited<ReturnType<typeof certificates>>): { certificate: string; key: string } {
  const { certificate = "" } = first.tls.certificates?.shop ?? {};
  return { certificate, key: Object.values(first.secrets)[0] ?? "" };
}

function answers({ url = "", tls, headers }: Runner["load"]): Promise<true | undefined> {
  return new Promise((resolve) => {
    const { get } = tls === undefined ? http : https;
    const options = { agent: false, headers, ...(tls === undefined ? {} : { servername: tls.serverName, ca: tls.ca }) };
    get(url, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200 || undefined);
    }).on("error", () => resolve(undefined));
  });
}

async function turnOf(target: Runner["load"], pid: number): Promise<Turn> {
  const load = await startLoad({ ...target, requestsPerSecond: RATE, expectStatus: 200, maxConnections: 64 });
  try {
    await sleep(WARM_UP);
    await load.lap();
    const before = processorTime(pid);
    await sleep(ROUND);
    const [seen, after] = [await load.lap(), processorTime(pid)];
    if (seen.failed > 0) throw new Error(`${target.url}: ${JSON.stringify(seen.failures)}`);
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
  if (isOver(child)) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  kill(child);
  await exit;
}

function kill(child: ChildProcess): void {
  if (!isOver(child) && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
