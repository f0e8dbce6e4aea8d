import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import * as path from "node:path";
import { expect } from "chai";
import { FILES } from "../../../../components/haproxy/configuration";
import { renderBalancer, renderIdle } from "../../../../components/haproxy/render/balancer";
import { httpCheck } from "../../../../components/model/health-checks/health-check";
import type { NodePlan, Plan, ServerPlan } from "../../../../components/model/plan";
import { ask } from "../../../../provider/transport/runtime-api";
import { haproxy } from "../../../../provider/transport/executable";
import { isGroupAlive } from "../../../../provider/identity";
import { choosePorts } from "../../../../provider/process/ports";
import type { Operation } from "../../../../provider/resource";
import type { BalancerNode } from "../../../../provider/haproxy/node";
import { rollOut, type RollOut } from "../../../../provider/rollout/roll-out";
import { until } from "../../../../provider/wait";
import { samplePlan, samplePool } from "../../../support/sites/sample-plan";
import type { Scratch } from "../../../support/scratch";
import type { SmallDisk } from "../../../support/programs/small-disk";

/** A real HAProxy in master-worker mode, as it stands on a balancer node before its first rollout. */
export interface Balancer {
  readonly node: NodePlan;
  /** Gives the newest worker a command. */
  ask(command: string): Promise<string>;
  /** The newest worker's process number: another one after each reload. */
  worker(): Promise<string>;
  /** Status by `backend/server`. */
  servers(): Promise<string[]>;
  /** What the site answers. */
  get(): Promise<{ status: number; body: string }>;
  /** Ends it, as a crash does. */
  kill(): Promise<void>;
}

/**
 * Starts one.
 * @param disk The disk of its directory, if that is one of its own.
 */
export async function startBalancer(made: Scratch, disk?: SmallDisk): Promise<Balancer> {
  const directory = disk?.directory ?? made.directory();
  const { site = 0, health = 0 } = await choosePorts({ site: {}, health: {} }, new Set());
  const node: NodePlan = {
    role: "primary",
    dataCenter: "a",
    directory,
    site: { address: "127.0.0.1", port: site },
    health: { address: "127.0.0.1", port: health },
    maxConnections: 100,
  };
  const idle = await startIdle(made, directory, disk);
  const balancer: Balancer = {
    ...idle,
    node,
    servers: async () =>
      [...(await balancer.ask("show servers state")).matchAll(/^\d+ (\S+) \d+ (\S+) /gm)]
        .filter(([, backend = ""]) => !backend.endsWith(".checked"))
        .map(([, backend, server]) => `${backend ?? ""}/${server ?? ""}`),
    async get() {
      const answer = await fetch(`http://127.0.0.1:${site}/`);
      return { status: answer.status, body: await answer.text() };
    },
  };
  return balancer;
}

/**
 * Starts HAProxy as it stands on a machine before its first rollout, in this folder.
 * @param disk The folder's disk, if that is one of its own.
 */
export async function startIdle(
  made: Scratch,
  directory: string,
  disk?: SmallDisk,
): Promise<Pick<Balancer, "ask" | "worker" | "kill">> {
  const here = disk?.here ?? directory;
  writeFileSync(path.join(here, FILES.configuration), renderIdle(directory, 100));
  writeFileSync(path.join(here, FILES.state), "1\n");
  const [file, socket] = [path.join(directory, FILES.configuration), path.join(directory, FILES.master)];
  const master = path.join(here, FILES.master);
  const [program = "", ...args] = [...(disk?.enter ?? []), haproxy(), "-W", "-S", `${socket},mode,600`, "-f", file];
  const child = made.spawn(program, args);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const idle = {
    ask: (command: string) => ask(path.join(here, FILES.admin), command),
    worker: async () => /^Pid: (\d+)/m.exec(await idle.ask("show info"))?.[1] ?? expect.fail("it has no number"),
    async kill() {
      const group = child.pid ?? NaN;
      process.kill(-group, "SIGKILL");
      await ended;
      // A worker may be the last to go.
      await until(() => (isGroupAlive(group) ? undefined : true), 10_000);
    },
  };
  const started = await until(
    () =>
      Promise.all([idle.ask("show info"), ask(master, "show proc")]).then(
        () => true,
        () => undefined,
      ),
    10_000,
  );
  if (started === undefined) throw new Error("HAProxy does not answer");
  return idle;
}

/** Starts a web server that answers with its name, and with another status when it is told to. */
export async function startServer(made: Scratch, name: string, status = 200): Promise<ServerPlan> {
  const server: Server = createServer((_request, response) => {
    response.writeHead(status, { connection: "close" });
    response.end(name);
  });
  return { dataCenter: "a", address: "127.0.0.1", port: await made.listen(server) };
}

/** A site with these servers, checked quickly. */
export function planOf(servers: Readonly<Record<string, ServerPlan>>, changes: Partial<Plan> = {}): Plan {
  // The servers share a process with the test, which may be busy.
  const healthCheck = httpCheck("/healthz", { interval: "100ms", timeout: "1s" });
  return samplePlan({ web: samplePool({ healthCheck, slowStart: "0s", servers }) }, changes);
}

/** An operation that keeps what it was told to show. */
export function operation(signal: AbortSignal = new AbortController().signal) {
  const shown: string[] = [];
  const warned: string[] = [];
  const one: Operation = {
    urn: "urn:pulumi:test::shop::evenkeel-node:index:Rollout::shop-primary",
    signal,
    status: (message) => shown.push(message),
    warn: (message) => warned.push(message),
  };
  return Object.assign(one, { shown, warned });
}

/** What is needed to roll a plan out to a node. */
export function rollout(node: BalancerNode, which: NodePlan, plan: Plan, changes: Partial<RollOut> = {}): RollOut {
  return {
    node,
    configuration: renderBalancer(plan, which),
    plan,
    before: undefined,
    healthyWithin: "10s",
    drainWithin: "5s",
    ...changes,
  };
}

/** Takes a node, rolls a plan out to it, and leaves it. */
export async function roll(node: BalancerNode, which: NodePlan, plan: Plan, changes: Partial<RollOut> = {}): Promise<string[]> {
  const one = operation();
  try {
    await node.take(one, false);
    await rollOut(rollout(node, which, plan, changes), one);
  } finally {
    await node.close();
  }
  return one.warned;
}

/** The message of what a promise is rejected with. */
export async function complaint(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => expect.fail("it succeeded"),
    (error: unknown) => (error as Error).message,
  );
}
