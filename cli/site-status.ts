import * as http from "node:http";
import * as https from "node:https";
import * as path from "node:path";
import { FILES } from "../components/haproxy/configuration";
import { backendsOf, isBackendOf } from "../components/haproxy/backend-names";
import { isUp, parseServerStatus } from "../components/haproxy/server-status";
import { byName } from "../components/model/name";
import { ask } from "../provider/transport/runtime-api";
import { recordsUnder, runningIn } from "../provider/process/record";
import { nameOf } from "../provider/process/resource";
import type { Deployment } from "../workspace/deployment";
import { leftOutBy, type LeftOut } from "./left-out";

/** How long the page may take to answer, in milliseconds. */
const ANSWER_WITHIN = 5_000;

/** One balancer as it says itself. */
export interface BalancerStatus {
  readonly role: string;
  readonly dataCenter: string;
  readonly url: string;
  /** `serving`, `out` (declared), `idle` (no rollout yet), `no server is up`, or `dead`; of one on another machine, whether it answers. */
  readonly state: string;
  readonly pid: number | null;
  /** Connections of clients now. */
  readonly sessions: number;
  /** Requests since its last reload. */
  readonly requests: number;
  /** The data centers that it sends no requests of a pool, for the pool's minimum; absent where it does not say so, as on another machine. */
  readonly leavesOut?: readonly LeftOut[];
}

/** One web server as one balancer sees it. */
export interface ServerView {
  /** `UP`, `DOWN`, or on its way; `ejected` when it passes its checks but refused connections, or failed requests; `?` when the balancer is dead. */
  readonly state: string;
  readonly lastCheck: string;
  readonly sessions: number;
  readonly requests: number;
}

/** One web server. */
export interface ServerRow {
  readonly name: string;
  readonly pool: string;
  readonly dataCenter: string;
  readonly address: string;
  /** Number of its process, null when it is dead or none of ours. */
  readonly pid: number | null;
  /** Whether it is declared out. */
  readonly out: boolean;
  /** By the balancer's role. */
  readonly seenBy: Readonly<Record<string, ServerView>>;
}

/** A site as it stands. */
export interface SiteStatus {
  readonly url: string;
  /** What stands before the pair and clients go through: `answers`, or why it does not; nothing starts it again but an `up`. */
  readonly front: { readonly state: string; readonly pid: number | null };
  readonly balancers: readonly BalancerStatus[];
  readonly servers: readonly ServerRow[];
}

/** Asks every balancer and looks at every process; whatever does not answer is told, never an error. */
export async function siteStatus(deployment: Deployment): Promise<SiteStatus> {
  const { url, loadBalancers, servers } = deployment;
  const asked = await Promise.all(
    Object.entries(loadBalancers).map(async ([role, balancer]) => {
      const { directory } = balancer;
      const csv =
        directory === undefined ? undefined : await ask(path.join(directory, FILES.admin), "show stat").catch(() => undefined);
      // What stands on another machine is asked as a client would ask it.
      const elsewhere = directory === undefined ? await answer(balancer.url) : undefined;
      return { role, balancer, elsewhere, csv, rows: csv === undefined ? undefined : parseServerStatus(csv) };
    }),
  );
  const balancers = asked.map(({ role, balancer, elsewhere, csv, rows }): BalancerStatus => {
    const { dataCenter, url: own, directory, out } = balancer;
    const [sessions, requests] = frontendFigures(csv ?? "");
    const anyUp = rows?.some(isUp) === true;
    const here = rows === undefined ? (out ? "out" : "dead") : rows.length === 0 ? "idle" : anyUp ? "serving" : "no server is up";
    const pid = directory === undefined ? null : (runningIn(directory)?.pid ?? null);
    return {
      role,
      dataCenter,
      url: own,
      state: elsewhere ?? here,
      pid,
      sessions,
      requests,
      ...(rows === undefined ? {} : { leavesOut: leftOutBy(rows, deployment) }),
    };
  });
  const directory = Object.values(loadBalancers)[0]?.directory;
  const processes = new Map(
    directory === undefined
      ? []
      : recordsUnder(path.dirname(directory)).map(({ directory: of, record }) => [nameOf(record.urn), of]),
  );
  const rows = Object.entries(servers)
    .sort(([left], [right]) => byName(left, right))
    .map(([name, { pool, dataCenter, address, out }]): ServerRow => {
      const seenBy = Object.fromEntries(asked.map(({ role, rows: seen }) => [role, viewOf(name, pool, seen)]));
      const of = processes.get(name);
      return { name, pool, dataCenter, address, pid: of === undefined ? null : (runningIn(of)?.pid ?? null), seenBy, out };
    });
  const before = [...processes].find(([name]) => name.endsWith("-front"))?.[1];
  const front = { state: await answer(url), pid: before === undefined ? null : (runningIn(before)?.pid ?? null) };
  return { url, front, balancers, servers: rows };
}

/** `answers`, or why the page does not. Whoever asks is no client: a balancer has no certificate for its own address. */
function answer(url: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { agent: false, rejectUnauthorized: false, timeout: ANSWER_WITHIN };
    const request = (url.startsWith("https:") ? https : http).get(url, options, (response) => {
      response.destroy();
      resolve("answers");
    });
    request.on("timeout", () => request.destroy(new Error("it took too long")));
    request.on("error", ({ code, message }: NodeJS.ErrnoException) => resolve(`does not answer (${code ?? message})`));
  });
}

function viewOf(server: string, pool: string, rows: ReturnType<typeof parseServerStatus> | undefined): ServerView {
  const { main, checkedOnly } = backendsOf(pool);
  const of = (backend: string) => rows?.find((row) => row.backend === backend && row.server === server);
  const [chosen, checked] = [of(main), of(checkedOnly)];
  const figure = (key: "sessions" | "requests"): number =>
    (rows ?? []).reduce((sum, row) => (row.server === server && isBackendOf(pool, row.backend) ? sum + row[key] : sum), 0);
  if (chosen === undefined || checked === undefined) return { state: "?", lastCheck: "", sessions: 0, requests: 0 };
  return {
    state: isUp(checked) && !isUp(chosen) ? "ejected" : checked.status,
    lastCheck: checked.lastCheck,
    sessions: figure("sessions"),
    requests: figure("requests"),
  };
}

/** Connections now and requests so far of the site's frontend. */
function frontendFigures(csv: string): [sessions: number, requests: number] {
  const [head = "", ...lines] = csv.split("\n");
  const columns = head.replace(/^# /, "").split(",");
  const fields = lines.find((line) => line.startsWith("site,FRONTEND,"))?.split(",") ?? [];
  const figure = (column: string): number => Number(fields[columns.indexOf(column)] ?? 0);
  return [figure("scur"), figure("req_tot")];
}
