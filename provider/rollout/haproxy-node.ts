import * as path from "node:path";
import { FILES, PROBE_HEADER } from "../../components/haproxy/render";
import { parseServerStates, type ServerState } from "../../components/haproxy/server-state";
import { parseServerStatus, type ServerStatus } from "../../components/haproxy/server-status";
import type { HealthCheck } from "../../components/model/health-check";
import type { NodePlan, ServerPlan } from "../../components/model/plan";
import type { RoutedRequest } from "../../components/model/route";
import type { Operation } from "../resource";
import { until } from "../wait";
import { type BalancerNode, NodeTrouble } from "./node";
import type { Transport } from "./transport";

/** How long one health question of ours may take, in milliseconds. */
const PROBE_TIMEOUT = 2_000;
/** How long a reload may take until the new worker answers, in milliseconds. */
const RELOAD_WITHIN = 10_000;
/** How long the master may take from its first worker's first answer to its own, in milliseconds. */
const MASTER_WITHIN = 5_000;
/** How long HAProxy may take to start on a machine that has just booted, in milliseconds. */
const START_WITHIN = 15_000;
const PREVIOUS = `${FILES.configuration}.previous`;
const CONFIRMED = `${FILES.configuration}.confirmed`;
const PROPOSED = `${FILES.configuration}.proposed`;
/** Addresses that are listened on but not connected to, and the one by which the machine itself reaches them. */
const FROM_ITSELF: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "*": "127.0.0.1", "": "127.0.0.1", "::": "::1" };

/** How a transport says that nobody listens on a socket of HAProxy's. */
const NOT_RUNNING = "HAProxy does not run";

/** A balancer that is HAProxy: which file, which socket, which command. Where it stands is its transport's business. */
export class HaproxyNode implements BalancerNode {
  readonly name: string;

  constructor(
    private readonly node: NodePlan,
    private readonly transport: Transport,
  ) {
    this.name = `the ${node.role} balancer`;
  }

  async take(operation: Operation, young: boolean): Promise<void> {
    await this.transport.take(this.node.directory, { name: this.name, young, operation });
    if (!young || this.node.remote === undefined) return;
    operation.status(`waiting for HAProxy of ${this.name}`);
    // What it says if it never starts is told by whoever asks it next.
    const answer = (): Promise<string | undefined> => this.admin("show info").catch(() => undefined);
    await until(answer, START_WITHIN, operation.signal);
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  configuration(): Promise<string | undefined> {
    return this.text(FILES.configuration);
  }

  previous(): Promise<string | undefined> {
    return this.text(PREVIOUS);
  }

  async propose(text: string): Promise<string | undefined> {
    const proposed = this.path(PROPOSED);
    await this.transport.write(proposed, text);
    const { code, stdout, stderr } = await this.transport.run([this.transport.haproxy(), "-c", "-f", proposed]);
    await this.transport.remove(proposed);
    if (code === 0) return undefined;
    const said = stderr + stdout;
    return (alertsOf(said) || said.trim() || `it ended with code ${code}`).replaceAll(proposed, FILES.configuration);
  }

  async adopt(text: string): Promise<void> {
    await this.transport.requireTaken();
    const current = await this.configuration();
    await this.transport.remove(this.path(CONFIRMED));
    if (current !== undefined && current !== text) await this.transport.write(this.path(PREVIOUS), current);
    await this.transport.write(this.path(FILES.configuration), text);
  }

  confirm(description: string): Promise<void> {
    return this.transport.write(this.path(CONFIRMED), description);
  }

  confirmed(): Promise<string | undefined> {
    return this.text(CONFIRMED);
  }

  writeServerState(text: string): Promise<void> {
    return this.transport.write(this.path(FILES.state), text);
  }

  async reload(): Promise<string | undefined> {
    await this.transport.requireTaken();
    const [before, master] = [await this.workerNumber(), await this.master()];
    const [, major, minor] = /^Version: (\d+)\.(\d+)/m.exec(await this.admin("show info")) ?? [];
    let complaint: string | undefined;
    // The master answers a reload from 2.7 on; an older one is asked by signal, and watched.
    if (Number(major) > 2 || Number(minor) >= 7) {
      const answer = await this.transport.ask(this.path(FILES.master), "reload");
      if (!answer.startsWith("Success=1")) complaint = answer.replace(/^Success=0\n-*\n?/, "");
    } else {
      const { code, stderr } = await this.transport.run(["kill", "-USR2", master]);
      if (code !== 0) complaint = stderr.trim();
    }
    if (complaint === undefined) {
      const changed = await until(
        async () => ((await this.workerNumber().catch(() => before)) === before ? undefined : true),
        RELOAD_WITHIN,
      );
      if (changed === undefined) complaint = "no new worker came up";
    }
    return complaint;
  }

  async description(): Promise<string> {
    return /^description: (.*)$/m.exec(await this.admin("show info"))?.[1] ?? "";
  }

  async serverStates(): Promise<{ text: string; servers: ServerState[] }> {
    const text = `${await this.admin("show servers state")}\n`;
    return { text, servers: parseServerStates(text) };
  }

  async serverStatus(): Promise<ServerStatus[]> {
    return parseServerStatus(await this.admin("show stat"));
  }

  async oldServerStatus(): Promise<ServerStatus[]> {
    const all = await Promise.all((await this.oldWorkers()).map((worker) => this.toWorker(worker, "show stat")));
    return all.flatMap(parseServerStatus);
  }

  async setServer(backend: string, server: string, state: "drain" | "ready"): Promise<void> {
    await this.admin(`set server ${backend}/${server} state ${state}`);
  }

  async moveServer(backend: string, server: string, address: string, port: number): Promise<void> {
    await this.admin(`set server ${backend}/${server} addr ${address} port ${port}`);
  }

  async route({ host, path: asked, cookies }: RoutedRequest): Promise<string> {
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    const { address, port } = this.node.site;
    const headers = { host, [PROBE_HEADER]: "1", ...(cookie === "" ? {} : { cookie }) };
    return this.transport.bodyOf({
      address: FROM_ITSELF[address] ?? address,
      port,
      path: asked,
      headers,
      timeout: PROBE_TIMEOUT,
    });
  }

  probe({ address, port }: ServerPlan, { path: asked, host }: HealthCheck): Promise<string | undefined> {
    return this.transport.reasonAgainst({ address, port, path: asked, host, timeout: PROBE_TIMEOUT });
  }

  /** The process number of HAProxy's master, which opens its socket a moment after its first worker has opened another. */
  private async master(): Promise<string> {
    const ask = (): Promise<string> => this.command(FILES.master, "show proc");
    const answer = await until(
      () =>
        ask().catch((error: unknown) => {
          if (error instanceof NodeTrouble && error.state === NOT_RUNNING) return undefined;
          throw error;
        }),
      MASTER_WITHIN,
    );
    const [, pid] = /^(\d+)\s+master\b/m.exec(answer ?? (await ask())) ?? [];
    if (pid === undefined) {
      throw new NodeTrouble(
        `${this.name} runs no HAProxy in master-worker mode (${this.path(FILES.master)})`,
        "it runs no HAProxy in master-worker mode",
      );
    }
    return pid;
  }

  /** Old workers end on their own, so one may be gone before it can be asked. */
  private async toWorker(worker: number, command: string): Promise<string> {
    return this.transport.ask(this.path(FILES.master), `@!${worker} ${command}`).catch(() => "");
  }

  private async oldWorkers(): Promise<number[]> {
    const [, old = ""] = (await this.transport.ask(this.path(FILES.master), "show proc")).split("# old workers");
    return [...old.matchAll(/^(\d+)\s+worker/gm)].map(([, pid]) => Number(pid));
  }

  private async workerNumber(): Promise<string> {
    return /^Pid: (\d+)/m.exec(await this.admin("show info"))?.[1] ?? "";
  }

  private admin(command: string): Promise<string> {
    return this.command(FILES.admin, command);
  }

  private async command(socket: string, command: string): Promise<string> {
    return this.transport.ask(this.path(socket), command).catch((error: unknown) => {
      if (error instanceof NodeTrouble) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new NodeTrouble(
        `${this.name}: ${reason}; ${this.transport.advice}`,
        reason.endsWith(NOT_RUNNING) ? NOT_RUNNING : "it does not answer",
        { cause: error },
      );
    });
  }

  private text(file: string): Promise<string | undefined> {
    return this.transport.read(this.path(file));
  }

  private path(file: string): string {
    return path.join(this.node.directory, file);
  }
}

/** What HAProxy complains of, less the notices and its own time and process number. */
function alertsOf(output: string): string {
  const alerts = output.split("\n").filter((line) => line.startsWith("[ALERT]"));
  return alerts.map((line) => line.replace(/^\[ALERT\]\s*\(\d+\) : (config : )?/, "")).join("; ");
}
