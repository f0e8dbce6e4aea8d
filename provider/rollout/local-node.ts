import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { FILES, PROBE_HEADER } from "../../components/haproxy/render";
import { parseServerStates, type ServerState } from "../../components/haproxy/server-state";
import { parseServerStatus, type ServerStatus } from "../../components/haproxy/server-status";
import type { HealthCheck } from "../../components/model/health-check";
import type { NodePlan, ServerPlan } from "../../components/model/plan";
import type { RoutedRequest } from "../../components/model/route";
import { ask } from "../haproxy/runtime-api";
import { bodyOf, reasonAgainst } from "../http-probe";
import { haproxy } from "../process/launch";
import { runningIn, writeWhole } from "../process/record";
import { until } from "../wait";
import type { BalancerNode } from "./node";

/** How long one health question of ours may take, in milliseconds. */
const PROBE_TIMEOUT = 2_000;
/** How long a reload may take until the new worker answers, in milliseconds. */
const RELOAD_WITHIN = 10_000;
const PREVIOUS = `${FILES.configuration}.previous`;
const CONFIRMED = `${FILES.configuration}.confirmed`;
const PROPOSED = `${FILES.configuration}.proposed`;

/** A balancer on this machine. */
export class LocalNode implements BalancerNode {
  readonly name: string;

  constructor(private readonly node: NodePlan) {
    this.name = `the ${node.role} balancer`;
  }

  configuration(): Promise<string | undefined> {
    return Promise.resolve(this.text(FILES.configuration));
  }

  previous(): Promise<string | undefined> {
    return Promise.resolve(this.text(PREVIOUS));
  }

  async propose(text: string): Promise<string | undefined> {
    const proposed = this.path(PROPOSED);
    this.requireRunning();
    writeWhole(proposed, text);
    const complaint = await new Promise<string | undefined>((resolve) => {
      execFile(haproxy(), ["-c", "-f", proposed], (error, stdout, stderr) =>
        resolve(error === null ? undefined : alertsOf(stderr + stdout) || error.message),
      );
    });
    rmSync(proposed, { force: true });
    return complaint?.replaceAll(proposed, FILES.configuration);
  }

  adopt(text: string): Promise<void> {
    const current = this.text(FILES.configuration);
    rmSync(this.path(CONFIRMED), { force: true });
    if (current !== undefined && current !== text) writeWhole(this.path(PREVIOUS), current);
    writeWhole(this.path(FILES.configuration), text);
    return Promise.resolve();
  }

  confirm(description: string): Promise<void> {
    writeWhole(this.path(CONFIRMED), description);
    return Promise.resolve();
  }

  confirmed(): Promise<string | undefined> {
    return Promise.resolve(this.text(CONFIRMED));
  }

  writeServerState(text: string): Promise<void> {
    writeWhole(this.path(FILES.state), text);
    return Promise.resolve();
  }

  async reload(): Promise<string | undefined> {
    const [before, master] = [await this.workerNumber(), this.requireRunning()];
    const [, major, minor] = /^Version: (\d+)\.(\d+)/m.exec(await this.admin("show info")) ?? [];
    let complaint: string | undefined;
    // The master answers a reload from 2.7 on; an older one is asked by signal, and watched.
    if (Number(major) > 2 || Number(minor) >= 7) {
      const answer = await ask(this.path(FILES.master), "reload");
      if (!answer.startsWith("Success=1")) complaint = answer.replace(/^Success=0\n-*\n?/, "");
    } else {
      process.kill(master, "SIGUSR2");
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
    return bodyOf({ address, port, path: asked, headers, timeout: PROBE_TIMEOUT });
  }

  probe({ address, port }: ServerPlan, { path: asked, host }: HealthCheck): Promise<string | undefined> {
    return reasonAgainst({ address, port, path: asked, host, timeout: PROBE_TIMEOUT });
  }

  /** The process number of HAProxy's master. */
  private requireRunning(): number {
    const record = runningIn(this.node.directory);
    if (record === undefined)
      throw new Error(`${this.name} does not run (${this.node.directory}); \`pulumi up --refresh\` starts it again`);
    return record.pid;
  }

  /** Old workers end on their own, so one may be gone before it can be asked. */
  private async toWorker(worker: number, command: string): Promise<string> {
    return ask(this.path(FILES.master), `@!${worker} ${command}`).catch(() => "");
  }

  private async oldWorkers(): Promise<number[]> {
    const [, old = ""] = (await ask(this.path(FILES.master), "show proc")).split("# old workers");
    return [...old.matchAll(/^(\d+)\s+worker/gm)].map(([, pid]) => Number(pid));
  }

  private async workerNumber(): Promise<string> {
    return /^Pid: (\d+)/m.exec(await this.admin("show info"))?.[1] ?? "";
  }

  private async admin(command: string): Promise<string> {
    return ask(this.path(FILES.admin), command).catch((error: unknown) => {
      throw new Error(
        `${this.name}: ${error instanceof Error ? error.message : String(error)}; \`pulumi up --refresh\` starts it again`,
      );
    });
  }

  private text(file: string): string | undefined {
    return existsSync(this.path(file)) ? readFileSync(this.path(file), "utf8") : undefined;
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
