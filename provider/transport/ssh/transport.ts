import { randomBytes } from "node:crypto";
import * as path from "node:path";
import type { Duplex } from "node:stream";
import type { RemoteAccess } from "../../../components/model/plan";
import {
  type Answer,
  answerTo,
  closedHandshake,
  type Glance,
  NoAnswer,
  type Probe,
  type Question,
  reasonAgainst,
  shownCertificate,
} from "../probe";
import { until } from "../../wait";
import { fullDisk } from "../disk";
import { NodeTrouble } from "../node-trouble";
import type { CommandResult, Transport, Visit } from "../transport";
import { ARRIVAL_PATIENCE, type ArrivalPatience, arrive, trouble } from "./arrival";
import { CutError, NobodyListens, SshConnection, type Target } from "./connection";
import { DialError } from "./dial-error";
import { LOCK_PATIENCE, type LockPatience, NodeLock } from "./lock";
import { NOT_FOUND, script } from "./shell";

/** How long things may take; times are milliseconds. */
export interface Patience {
  readonly arrival: ArrivalPatience;
  readonly lock: LockPatience;
  /** A dial, until the user is let in. */
  readonly dial: number;
  /** A command on the machine; each that a rollout runs takes a fraction of a second. */
  readonly command: number;
  /** An answer of HAProxy. */
  readonly answer: number;
  /** What a node gives a rollout beyond the time that it may take, before it goes back to its verified configuration. */
  readonly grace: number;
}

export const PATIENCE: Patience = {
  arrival: ARRIVAL_PATIENCE,
  lock: LOCK_PATIENCE,
  dial: 10_000,
  command: 30_000,
  answer: 5_000,
  grace: 60_000,
};
/** How long a socket is tried whose queue of connections may be full: the other side can't tell that from nobody. */
const TRY_FOR = 500;

const READ = `[ -e "$1" ] || exit ${NOT_FOUND}; exec cat "$1"`;
/**
 * A connection that is cut ends the input early: only the whole text, safe on the disk, takes the file's name. The script says
 * nothing itself, for a word to a connection that is cut would end it before it has cleaned up.
 */
const WRITE = `
umask 077; rm -f "$1".*.part; t=$1.$2.part
cat > "$t" && [ "$(wc -c < "$t")" -eq "$3" ] && sync "$t" && mv -f "$t" "$1" && sync "$(dirname "$1")" || { rm -f "$t"; exit 1; }`;
/** HAProxy stands where a user's search path often does not lead. */
const RUN = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; "$@"`;

/**
 * A machine that is reached over SSH, by one connection for everything; when that is cut it is dialled again for what comes
 * next. Nothing is ever done twice: what was underway fails, for it may have happened.
 */
export class SshTransport implements Transport {
  readonly advice: string;
  private connecting: Promise<SshConnection> | undefined;
  private connection: SshConnection | undefined;
  private lock: NodeLock | undefined;
  /** Whether the machine could not be dialled again: then there is nothing to say goodbye to. */
  private lost = false;

  /**
   * @param name How messages call the node.
   * @param access How its machine is reached.
   * @param key The private key, in OpenSSH's PEM.
   * @param unit The unit that HAProxy runs in there.
   */
  constructor(
    private readonly name: string,
    private readonly access: RemoteAccess,
    private readonly key: string,
    private readonly patience: Patience = PATIENCE,
    unit = "evenkeel-balancer",
  ) {
    this.advice = `look at \`systemctl status ${unit}\` on its machine, which starts HAProxy again when it ends by itself`;
  }

  get grace(): number {
    return this.patience.grace;
  }

  haproxy(): string {
    return "haproxy";
  }

  async take(directory: string, visit: Visit): Promise<void> {
    this.connection = await arrive(() => this.dial(), visit, this.patience.arrival);
    this.lock = await NodeLock.take((command) => this.exec(command), directory, visit, this.patience.lock);
  }

  async close(): Promise<void> {
    const lock = this.lock;
    this.lock = undefined;
    if (this.lost) lock?.abandon();
    else await lock?.release().catch(() => undefined);
    this.connection?.close();
  }

  async requireTaken(): Promise<void> {
    await this.lock?.renew();
  }

  async clock(): Promise<number> {
    const { stdout } = await this.exec(script("date +%s"));
    return Number(stdout) * 1_000;
  }

  async read(file: string): Promise<string | undefined> {
    const { code, stdout, stderr } = await this.exec(script(READ, file));
    if (code === NOT_FOUND) return undefined;
    if (code !== 0) throw new NodeTrouble(`${this.name}: can't read ${file}: ${stderr.trim()}`, `its ${file} can't be read`);
    return stdout;
  }

  async write(file: string, text: string): Promise<void> {
    const length = String(Buffer.byteLength(text));
    const { code, stderr } = await this.exec(script(WRITE, file, randomBytes(4).toString("hex"), length), text);
    if (code === 0) return;
    const reason = stderr.trim() || "it came incomplete";
    const what = `${this.name}: can't write ${file}`;
    const full = await fullDisk((command) => this.run(command), path.posix.dirname(file), what, reason);
    throw full ?? new NodeTrouble(`${what}: ${reason}`, "it can't be written to");
  }

  async remove(file: string): Promise<void> {
    const { code, stderr } = await this.exec(script(`rm -f "$1"`, file));
    if (code !== 0) throw new NodeTrouble(`${this.name}: can't remove ${file}: ${stderr.trim()}`, "it can't be written to");
  }

  run(command: readonly [string, ...string[]]): Promise<CommandResult> {
    return this.exec(script(RUN, ...command));
  }

  async ask(socket: string, command: string): Promise<string> {
    return this.guarded(async () => {
      const { channel, connection } = await this.opened(socket);
      const answer = await answerOf(channel, command, this.patience.answer).catch((error: unknown) => {
        throw new Error(`${socket}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      });
      // An answer that a cut shortened looks like a whole one.
      connection.requireAlive();
      return answer;
    });
  }

  reasonAgainst(probe: Probe): Promise<string | undefined> {
    return this.guarded(() => reasonAgainst(probe, (target, within) => this.open(target, within)));
  }

  handshake(socket: string, name?: string): Promise<void> {
    return this.guarded(async () => closedHandshake((await this.opened(socket)).channel, name, this.patience.answer));
  }

  shownCertificate(glance: Glance): Promise<string> {
    return this.guarded(() => shownCertificate(glance, (target, within) => this.open(target, within)));
  }

  answerTo(question: Question): Promise<Answer> {
    return this.guarded(() => answerTo(question, (target, within) => this.open(target, within)));
  }

  /** A channel to a socket of HAProxy's, and the connection that it goes through. */
  private async opened(socket: string): Promise<{ channel: Duplex; connection: SshConnection }> {
    const connection = await this.connected();
    const channel = await until(
      () =>
        connection.open(socket, this.patience.command).catch((error: unknown) => {
          if (error instanceof NobodyListens) return undefined;
          throw error;
        }),
      TRY_FOR,
    );
    if (channel === undefined) throw new Error(`${socket}: HAProxy does not run`);
    return { channel, connection };
  }

  private exec(command: string, input = ""): Promise<CommandResult> {
    return this.guarded(async () => (await this.connected()).exec(command, input, this.patience.command));
  }

  private async open(target: Target, within: number): Promise<Duplex> {
    const connection = await this.connected();
    return connection.open(target, within).catch((error: unknown) => {
      throw error instanceof NobodyListens ? new NoAnswer(error.message, { cause: error }) : error;
    });
  }

  /** The connection; a new one when it was cut. */
  private async connected(): Promise<SshConnection> {
    if (this.connection?.alive === true) return this.connection;
    this.connecting ??= this.dial().finally(() => (this.connecting = undefined));
    try {
      this.connection = await this.connecting;
      this.lost = false;
      return this.connection;
    } catch (error) {
      this.lost = true;
      throw error;
    }
  }

  private dial(): Promise<SshConnection> {
    return SshConnection.dial(this.access, this.key, this.patience.dial);
  }

  /** What goes wrong with the machine names the node, and says what to do. */
  private async guarded<Value>(work: () => Promise<Value>): Promise<Value> {
    return work().catch((error: unknown) => {
      throw error instanceof DialError || error instanceof CutError ? trouble(this.name, error) : error;
    });
  }
}

/** The answer to one command over a channel to HAProxy. */
function answerOf(channel: Duplex, command: string, within: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const settle = (then: () => void): void => {
      clearTimeout(late);
      channel.destroy();
      then();
    };
    const late = setTimeout(() => settle(() => reject(new Error(`no answer to "${command}" in ${within} ms`))), within);
    channel.setEncoding("utf8").on("data", (part: string) => (text += part));
    channel.on("error", (error) => settle(() => reject(error)));
    for (const over of ["end", "close"]) channel.once(over, () => settle(() => resolve(text.trim())));
    channel.write(`${command};quit\n`);
  });
}
