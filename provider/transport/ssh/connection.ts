import type { Duplex } from "node:stream";
import { Client, type ClientChannel, utils } from "ssh2";
import type { RemoteAccess } from "../../../components/model/plan";
import type { CommandResult } from "../transport";
import { beyondJump, DialError, type Dialled, dialError, otherKey, pinnedKey } from "./dial-error";

/** How long a dial may take until the user is let in, in milliseconds. */
const DIAL_WITHIN = 10_000;
/** How often a connection on which nothing happens is asked whether it lives, in milliseconds, and how many answers may be missing. */
const KEEP_ALIVE = 5_000;
const KEEP_ALIVE_MISSES = 3;
/** `SSH_OPEN_ADMINISTRATIVELY_PROHIBITED` and `SSH_OPEN_CONNECT_FAILED` of RFC 4254, 5.1. */
const PROHIBITED = 1;
const CONNECT_FAILED = 2;

/** Thrown when a connection ended, or nothing was heard in time, before an answer came. It is dead then. */
export class CutError extends Error {
  override readonly name = "CutError";
}

/** Thrown when the machine could not connect to where it was asked to; the message is the reason: `connection refused`. The connection to the machine itself is sound. */
export class NobodyListens extends Error {
  override readonly name = "NobodyListens";
}

/** Where a connection shall lead from the machine: a Unix socket, or an address and port. */
export type Target = string | { readonly address: string; readonly port: number };

/** One SSH connection to a machine whose host key is known before. */
export class SshConnection {
  private ended: CutError | undefined;

  private constructor(
    private readonly client: Client,
    private readonly where: string,
  ) {
    // Each thing that is underway listens for the end.
    client.setMaxListeners(0);
    client.on("close", () => (this.ended ??= this.cutOff()));
  }

  /**
   * Dials once; where a jump host leads to the machine, that one first.
   *
   * @param access The machine.
   * @param key The private key, in OpenSSH's PEM. The jump host is offered it as well, and what the SSH agent holds.
   * @param within Milliseconds until the user must be let in, by each of the two.
   * @param agent Path of the SSH agent's socket.
   * @throws DialError saying why not.
   */
  static async dial(
    access: RemoteAccess,
    key: string,
    within: number = DIAL_WITHIN,
    agent: string | undefined = process.env.SSH_AUTH_SOCK,
  ): Promise<SshConnection> {
    const { address, port, user, hostKey, jump } = access;
    const machine = { address, port, user, hostKey };
    if (jump === undefined)
      return this.connect(machine, { where: `${user}@${address}:${port}`, hop: "machine" }, { key }, within);
    const end = `${jump.user}@${jump.host}:${jump.port}`;
    const dialled: Dialled = { where: `${user}@${address}:${port} through ${end}`, hop: "machine" };
    const first = await this.connect(
      { address: jump.host, port: jump.port, user: jump.user, hostKey: jump.hostKey },
      { where: `the jump host ${end}`, hop: "jump host" },
      { key, agent },
      within,
    );
    try {
      const through = await first.open({ address, port }, within).catch((error: unknown) => {
        if (error instanceof NobodyListens) throw beyondJump(error.message, dialled, error);
        throw error instanceof CutError ? new DialError("silent", error.message, "jump host", { cause: error }) : error;
      });
      const connection = await this.connect(machine, dialled, { key, through }, within);
      connection.client.on("close", () => first.close());
      return connection;
    } catch (error) {
      first.close();
      throw error;
    }
  }

  private static async connect(
    { address: host, port, user: username, hostKey }: Omit<RemoteAccess, "jump">,
    dialled: Dialled,
    { key, agent, through }: { key: string; agent?: string | undefined; through?: Duplex },
    within: number,
  ): Promise<SshConnection> {
    const { where, hop } = dialled;
    const pinned = pinnedKey(hostKey, dialled);
    if (utils.parseKey(key) instanceof Error) {
      throw new DialError(
        "unreadable key",
        `${where}: the private key given for it is none in OpenSSH's form, or has a passphrase`,
        "machine",
      );
    }
    const client = new Client();
    let shown: Buffer | undefined;
    return new Promise((resolve, reject) => {
      const fail = (error: DialError): void => {
        clearTimeout(deadline);
        reject(error);
        client.destroy();
      };
      // The library's own deadline does not hold while the TCP connection is made.
      const deadline = setTimeout(() => fail(new DialError("silent", `${where}: no answer in ${within} ms`, hop)), within);
      // It must go on listening: what comes after the first error would else end the process.
      client.on("error", (error: Error & { level?: string; code?: string }) => {
        // An agent that is gone: what else is offered may do.
        if (error.level === "agent") return;
        fail(shown !== undefined && !shown.equals(pinned.key) ? otherKey(dialled, pinned.key, shown) : dialError(error, dialled));
      });
      client.once("close", () => fail(new DialError("silent", `${where}: it closed the connection at once`, hop)));
      client.once("ready", () => {
        clearTimeout(deadline);
        client.removeAllListeners("close");
        client.setNoDelay(true);
        resolve(new SshConnection(client, where));
      });
      client.connect({
        host,
        port,
        username,
        privateKey: key,
        ...(agent === undefined ? {} : { agent }),
        ...(through === undefined ? {} : { sock: through }),
        readyTimeout: within,
        keepaliveInterval: KEEP_ALIVE,
        keepaliveCountMax: KEEP_ALIVE_MISSES,
        // It shows the key of the type that is known, or none.
        algorithms: { serverHostKey: pinned.algorithms },
        hostVerifier: (offered: Buffer) => (shown = offered).equals(pinned.key),
      });
    });
  }

  /** Whether it can still be used, as far as is known. */
  get alive(): boolean {
    return this.ended === undefined;
  }

  /** @throws CutError when it can't be used any more. */
  requireAlive(): void {
    if (this.ended !== undefined) throw this.ended;
  }

  /**
   * Runs a command in the user's shell.
   *
   * @param input What it reads from its standard input.
   * @param within Milliseconds that it may take.
   * @throws CutError when the connection ended or time ran out first: it may have run, or may still run.
   */
  exec(command: string, input: string, within: number): Promise<CommandResult> {
    return this.settled<CommandResult>(
      (resolve, reject) => {
        this.client.exec(command, (error, channel) => {
          if (error !== undefined) {
            reject(this.opened(error, "a session"));
            return;
          }
          const result = { code: undefined as number | undefined, stdout: "", stderr: "" };
          channel.setEncoding("utf8").on("data", (part: string) => (result.stdout += part));
          channel.stderr.setEncoding("utf8").on("data", (part: string) => (result.stderr += part));
          // Without a code it was ended by a signal.
          channel.on("exit", (code: number | null) => (result.code = code ?? -1));
          channel.on("error", reject);
          channel.on("close", () => {
            if (result.code === undefined) reject(this.ended ?? this.cutOff());
            else resolve({ ...result, code: result.code });
          });
          channel.end(input);
        });
      },
      within,
      // What a rollout runs takes a moment: whoever does not answer now would not answer the next one either.
      () => this.hangUp(`no answer to a command in ${within} ms`),
    );
  }

  /**
   * Connects from the machine to somewhere.
   *
   * @param within Milliseconds that it may take.
   * @throws NobodyListens when that is so or, for an address, nothing came back in time.
   * @throws CutError when the connection ended first or, for a Unix socket, time ran out.
   */
  open(target: Target, within: number): Promise<Duplex> {
    const what = typeof target === "string" ? target : `${target.address}:${target.port}`;
    let late = false;
    return this.settled<Duplex>(
      (resolve, reject) => {
        const done = (error: Error | undefined, channel: ClientChannel): void => {
          if (error !== undefined) reject(this.opened(error, what));
          else if (late) channel.destroy();
          else resolve(channel);
        };
        if (typeof target === "string") this.client.openssh_forwardOutStreamLocal(target, done);
        else this.client.forwardOut("127.0.0.1", 0, target.address, target.port, done);
      },
      within,
      () => {
        // A socket of the machine's own connects or not, at once.
        if (typeof target === "string") return this.hangUp(`no connection to ${what} in ${within} ms`);
        // Behind a firewall that drops what it does not let in, nobody ever answers: that says nothing of this machine.
        late = true;
        return new NobodyListens(`no answer in ${within} ms`);
      },
    );
  }

  /** Ends it; what is underway fails. */
  close(): void {
    this.ended ??= new CutError(`${this.where}: the connection was closed`);
    this.client.end();
    // The other side may be one that answers no more.
    this.client.destroy();
  }

  /** A thing that is underway: it ends by itself, with the connection, or when time runs out, for which `late` finds the words. */
  private settled<Value>(
    begin: (resolve: (value: Value) => void, reject: (error: Error) => void) => void,
    within: number,
    late: () => Error,
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        clearTimeout(deadline);
        this.client.off("close", cut);
        then();
      };
      const cut = (): void => settle(() => reject(this.ended ?? this.cutOff()));
      const deadline = setTimeout(() => settle(() => reject(late())), within);
      this.client.on("close", cut);
      if (this.ended !== undefined) {
        cut();
        return;
      }
      try {
        begin(
          (value) => settle(() => resolve(value)),
          (error) => settle(() => reject(error)),
        );
      } catch (error) {
        // The library throws when it finds the socket gone.
        this.ended ??= this.cutOff(error);
        cut();
      }
    });
  }

  /** Ends a connection whose other side does nothing any more. */
  private hangUp(reason: string): CutError {
    this.ended ??= new CutError(`${this.where}: ${reason}`);
    this.client.destroy();
    return this.ended;
  }

  private cutOff(cause?: unknown): CutError {
    return new CutError(`${this.where}: the connection was cut`, { cause });
  }

  /** Why a channel could not be opened. */
  private opened(error: Error & { reason?: unknown }, what: string): Error {
    if (error.reason === CONNECT_FAILED) return new NobodyListens(reasonIn(error), { cause: error });
    if (error.reason === PROHIBITED) {
      const remedy = "sshd_config must say `AllowTcpForwarding yes` and `AllowStreamLocalForwarding yes` for this user";
      return new Error(`${this.where}: its SSH server forbids a connection to ${what}: ${remedy}`, { cause: error });
    }
    return this.ended ?? new CutError(`${this.where}: ${error.message}`, { cause: error });
  }
}

/** Why the machine could not connect, in its own words; of a Unix socket OpenSSH says no more than `open failed`. */
function reasonIn({ message }: Error): string {
  return message.replace("(SSH) Channel open failure: ", "").toLowerCase();
}
