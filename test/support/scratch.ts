import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { identify } from "../../provider/identity";
import { removedOnSignal } from "./standing";

/** What tests make on this machine. All of it is gone after the test, whether it passed or not. */
export interface Scratch {
  /** A new directory with a short path, fit for sockets. */
  directory(): string;
  /** Starts a program in a process group of its own. */
  spawn(program: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Starts a server on a free port of 127.0.0.1, or at a path, and returns the port. */
  listen(server: Server, at?: string): Promise<number>;
  /** A server that accepts connections and never says a word; its port. */
  silence(): Promise<number>;
  /** Has a step done when the test is over. */
  later(step: () => unknown): void;
}

/** Called in a `describe`: what its tests may make. */
export function scratch(): Scratch {
  const steps: (() => unknown)[] = [];
  const undo = async (): Promise<void> => {
    const failures: unknown[] = [];
    // One after the other: what was made last may still need what was made before it.
    for (const step of steps.splice(0).reverse())
      await Promise.resolve()
        .then(step)
        .catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  afterEach(undo);
  removedOnSignal(undo);

  const made: Scratch = {
    directory() {
      const directory = mkdtempSync(path.join(os.tmpdir(), "ekt-"));
      made.later(() => rmSync(directory, { recursive: true, force: true }));
      return directory;
    },
    spawn(program, args, options = {}) {
      const child = spawn(program, args, { stdio: "ignore", ...options, detached: true });
      const started = child.pid === undefined ? undefined : identify(child.pid)?.started;
      made.later(() => kill(child, started));
      return child;
    },
    async listen(server, at) {
      const sockets = new Set<Socket>();
      server.on("connection", (socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        if (at === undefined) server.listen(0, "127.0.0.1", resolve);
        else server.listen(at, resolve);
      });
      made.later(async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      });
      return at === undefined ? (server.address() as AddressInfo).port : 0;
    },
    silence: () => made.listen(createServer((socket) => socket.on("error", () => undefined))),
    later: (step) => steps.push(step),
  };
  return made;
}

/** Kills a process with its whole group and waits until it is collected; whoever has its number by now is left alone. */
async function kill(child: ChildProcess, started: string | undefined): Promise<void> {
  const now = child.pid === undefined ? undefined : identify(child.pid);
  if (now !== undefined && now.started !== started) return;
  const ended =
    child.exitCode === null && child.signalCode === null ? new Promise((resolve) => child.once("exit", resolve)) : undefined;
  try {
    process.kill(-(child.pid ?? NaN), "SIGKILL");
  } catch {
    // All of the group is gone already.
  }
  await ended;
}
