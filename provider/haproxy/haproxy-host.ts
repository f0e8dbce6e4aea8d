import * as path from "node:path";
import { FILES } from "../../components/haproxy/configuration";
import { CERTIFICATE_FILE, CERTIFICATE_LIST } from "../../components/haproxy/certificate-files";
import { CREDENTIAL_FILE } from "../../components/haproxy/credentials";
import { parseServerStatus, type ServerStatus } from "../../components/haproxy/server-status";
import type { Operation } from "../resource";
import { until } from "../wait";
import { clockAhead, clockTrouble, clockWarning } from "../transport/clock";
import { type Rollback } from "./node";
import { NodeTrouble, STATES } from "../transport/node-trouble";
import { RollbackTimer } from "./rollback-timer";
import type { Transport } from "../transport/transport";

/** How long a reload may take until the new worker answers, in milliseconds. */
const RELOAD_WITHIN = 10_000;
/** How long the master may take from its first worker's first answer to its own, in milliseconds. */
const MASTER_WITHIN = 5_000;
/** How long HAProxy may take to start on a machine that has just booted, in milliseconds. */
const START_WITHIN = 15_000;
const PREVIOUS = `${FILES.configuration}.previous`;
const CONFIRMED = `${FILES.configuration}.confirmed`;
const PROPOSED = `${FILES.configuration}.proposed`;

/** An HAProxy in master-worker mode and the directory of its files, whatever it is for: which file, which socket, which command. */
export class HaproxyHost {
  /** How far the clock of its machine was ahead of this one's when it was taken, in milliseconds. */
  private ahead = 0;
  /** What the node goes back to by itself. */
  readonly rollback: Rollback;

  /**
   * @param name How messages call it: `the secondary balancer`.
   * @param directory Folder of its files, on its machine.
   * @param transport How its machine is worked on.
   */
  constructor(
    readonly name: string,
    protected readonly directory: string,
    protected readonly transport: Transport,
  ) {
    this.rollback = new RollbackTimer(name, directory, transport);
  }

  async take(operation: Operation, young: boolean): Promise<void> {
    await this.transport.take(this.directory, { name: this.name, young, operation });
    this.ahead = await clockAhead(() => this.transport.clock());
    const warning = clockWarning(this.name, this.ahead);
    if (warning !== undefined) operation.warn(warning);
    if (!young) return;
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

  /**
   * Puts files that a configuration reads into its directory, those that are not there as they shall be.
   * @throws NodeTrouble when the machine's clock is so far off that certificates among them would not be taken.
   */
  async provide(files: Readonly<Record<string, string>>): Promise<void> {
    const trouble = clockTrouble(this.name, this.ahead, Object.values(files));
    if (trouble !== undefined) throw trouble;
    for (const [file, text] of Object.entries(files)) {
      if ((await this.text(file)) !== text) await this.transport.write(this.path(file), text);
    }
  }

  /** Removes the credentials that neither the configuration nor the one before it reads. */
  async dropOldCredentials(): Promise<void> {
    const texts = [await this.configuration(), await this.previous()];
    const { stdout } = await this.transport.run(["ls", this.directory]);
    const files = stdout.split("\n").filter((file) => CREDENTIAL_FILE.test(file) || CERTIFICATE_FILE.test(file));
    const isRead = (file: string): boolean => texts.some((text) => text?.includes(file));
    // What a list names is not in the configuration itself.
    for (const list of files.filter((file) => CERTIFICATE_LIST.test(file) && isRead(file))) texts.push(await this.text(list));
    for (const file of files.filter((each) => !isRead(each))) {
      await this.transport.remove(this.path(file));
    }
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

  async confirm(description: string): Promise<void> {
    await this.rollback.confirm();
    await this.transport.write(this.path(CONFIRMED), description);
  }

  confirmed(): Promise<string | undefined> {
    return this.text(CONFIRMED);
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

  async serverStatus(): Promise<ServerStatus[]> {
    return parseServerStatus(await this.admin("show stat"));
  }

  /** The process number of HAProxy's master, which opens its socket a moment after its first worker has opened another. */
  private async master(): Promise<string> {
    const ask = (): Promise<string> => this.command(FILES.master, "show proc");
    const answer = await until(
      () =>
        ask().catch((error: unknown) => {
          if (error instanceof NodeTrouble && error.state === STATES.notRunning) return undefined;
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

  private async workerNumber(): Promise<string> {
    return /^Pid: (\d+)/m.exec(await this.admin("show info"))?.[1] ?? "";
  }

  protected admin(command: string): Promise<string> {
    return this.command(FILES.admin, command);
  }

  private async command(socket: string, command: string): Promise<string> {
    return this.transport.ask(this.path(socket), command).catch((error: unknown) => {
      if (error instanceof NodeTrouble) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new NodeTrouble(
        `${this.name}: ${reason}; ${this.transport.advice}`,
        reason.endsWith(STATES.notRunning) ? STATES.notRunning : STATES.noAnswer,
        { cause: error },
      );
    });
  }

  protected text(file: string): Promise<string | undefined> {
    return this.transport.read(this.path(file));
  }

  protected path(file: string): string {
    return path.join(this.directory, file);
  }
}

/** What HAProxy complains of, less the notices and its own time and process number. */
function alertsOf(output: string): string {
  const alerts = output.split("\n").filter((line) => line.startsWith("[ALERT]"));
  return alerts.map((line) => line.replace(/^\[ALERT\]\s*\(\d+\) : (config : )?/, "")).join("; ");
}
