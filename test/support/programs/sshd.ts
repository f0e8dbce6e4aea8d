import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { accessSync, appendFileSync, chmodSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { RemoteAccess } from "../../../components/model/plan";
import { generateKeyPair } from "../../../provider/keys/openssh";
import { haproxy } from "../../../provider/transport/executable";
import { choosePorts } from "../../../provider/process/ports";
import { until } from "../../../provider/wait";
import type { Scratch } from "../scratch";

/** A real SSH server on loopback that lets in the user who runs the tests, by a key of its own. */
export interface Sshd {
  /** How it is reached; the host key is the right one. */
  readonly access: RemoteAccess;
  /** The private key that it knows. */
  readonly key: string;
  /** Folder that comes first where it looks for programs. */
  readonly programs: string;
  /** Puts a program there. */
  program(name: string, script: string): void;
  /** Ends the server and every connection, as a machine that dies does. */
  stop(): Promise<void>;
  /** Starts it again at the same port. */
  start(): Promise<void>;
  /** Cuts every connection; the server stays. */
  cut(): void;
  /** How many connections it has. */
  sessions(): number;
  /** The server, and all that it started, does nothing any more, but its port accepts connections. */
  freeze(): void;
  thaw(): void;
  /** Whether it knows the key. */
  know(known: boolean): void;
  /** Lets the holder of another key in as well, one line as in `authorized_keys`. */
  letIn(publicKey: string): void;
  /** The public half of {@link key}. */
  readonly publicKey: string;
}

const PLACES = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/opt/homebrew/sbin"];

/** Skips a test, and says so, where no SSH server is installed. */
export function requireSshd(test: Mocha.Context): void {
  if (sshdBinary() !== undefined) return;
  console.log("      skipped: no sshd on this machine (package openssh-server)");
  test.skip();
}

/**
 * Starts an SSH server.
 * @param lines More lines for its configuration, before the others: the first of a kind counts.
 * @param enter Comes before its command, where it shall see other disks.
 */
export async function startSshd(made: Scratch, lines: readonly string[] = [], enter: readonly string[] = []): Promise<Sshd> {
  const binary = sshdBinary() ?? "sshd";
  const directory = made.directory();
  const programs = path.join(directory, "bin");
  mkdirSync(programs);
  const [host, client] = [generateKeyPair(), generateKeyPair()];
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(directory, name), text, { mode: 0o600 });
    return path.join(directory, name);
  };
  const { port = 0 } = await choosePorts({ port: {} }, new Set());
  const authorized = file("authorized_keys", client.publicKey);
  const configuration = file(
    "sshd_config",
    [
      ...lines,
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${file("host_key", host.privateKey)}`,
      `AuthorizedKeysFile ${authorized}`,
      "PidFile none",
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "LogLevel QUIET",
      "MaxStartups 100",
      // A shell of the second level does without the user's own start files, which may be slow.
      `SetEnv SHLVL=2 PATH=${[programs, path.dirname(haproxy()), process.env.PATH ?? ""].join(":")}`,
      "",
    ].join("\n"),
  );
  // It keeps an empty folder for itself, which systems without a running one may not have.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const patient = ["-o", "PerSourcePenalties=no"];
  const knowsPenalties = spawnSync(binary, ["-t", "-f", configuration, ...patient], { stdio: "ignore" }).status === 0;

  let server: ChildProcess | undefined;
  const sshd: Sshd = {
    access: { address: "127.0.0.1", port, user: os.userInfo().username, hostKey: host.publicKey },
    key: client.privateKey,
    publicKey: client.publicKey,
    programs,
    program(name, script) {
      writeFileSync(path.join(programs, name), script);
      chmodSync(path.join(programs, name), 0o755);
    },
    async start() {
      const command = [...enter, binary, "-D", "-e", "-f", configuration, ...(knowsPenalties ? patient : [])];
      const child = spawn(command[0] ?? binary, command.slice(1), { stdio: ["ignore", "ignore", "pipe"] });
      server = child;
      let said = "";
      child.stderr.setEncoding("utf8").on("data", (part: string) => (said += part));
      const listening = await until(async () => {
        if (child.exitCode !== null) throw new Error(`sshd did not start: ${said}`);
        return accepts(port);
      }, 10_000);
      if (listening === undefined) throw new Error(`sshd accepts no connection: ${said}`);
    },
    async stop() {
      const child = server;
      if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      // The server first, so that it takes no connection any more.
      const all = [child.pid, ...descendants(child.pid)];
      for (const one of all) send(one, "SIGKILL");
      await ended;
    },
    cut() {
      for (const session of childrenOf(server?.pid)) send(session, "SIGKILL");
    },
    sessions: () => childrenOf(server?.pid).length,
    freeze() {
      for (const one of [server?.pid, ...descendants(server?.pid)]) send(one, "SIGSTOP");
    },
    thaw() {
      for (const one of [server?.pid, ...descendants(server?.pid)]) send(one, "SIGCONT");
    },
    letIn: (publicKey) => appendFileSync(authorized, `\n${publicKey}\n`),
    know: (known) => writeFileSync(authorized, known ? client.publicKey : ""),
  };
  made.later(() => sshd.stop());
  // Nothing that tests wait for is left to a cloud-init of this machine.
  sshd.program("cloud-init", '#!/bin/sh\necho \'{"status": "done"}\'\n');
  await sshd.start();
  return sshd;
}

function sshdBinary(): string | undefined {
  return PLACES.map((place) => path.join(place, "sshd")).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function accepts(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const connection = connect(port, "127.0.0.1", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(undefined));
  });
}

function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
  } catch {
    // It has none.
    return [];
  }
}

function descendants(pid: number | undefined): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

function send(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
