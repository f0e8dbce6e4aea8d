import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { ask } from "./runtime-api";
import {
  type Answer,
  answerTo,
  closedHandshake,
  type Glance,
  type Probe,
  type Question,
  reasonAgainst,
  shownCertificate,
} from "./probe";
import { haproxy } from "./executable";
import { writeWhole } from "./files";
import type { CommandResult, Transport } from "./transport";

/** How long a balancer may take to close a handshake, in milliseconds. */
const HANDSHAKE_WITHIN = 5_000;

/** This machine. Nobody needs to take it: the engine lets one run at a time change what stands here. */
export class LocalTransport implements Transport {
  readonly advice = "`pulumi up --refresh` starts it again";

  haproxy(): string {
    return haproxy();
  }

  take(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  requireTaken(): Promise<void> {
    return Promise.resolve();
  }

  clock(): Promise<number> {
    return Promise.resolve(Date.now());
  }

  read(file: string): Promise<string | undefined> {
    return Promise.resolve(existsSync(file) ? readFileSync(file, "utf8") : undefined);
  }

  write(file: string, text: string): Promise<void> {
    writeWhole(file, text);
    return Promise.resolve();
  }

  remove(file: string): Promise<void> {
    rmSync(file, { force: true });
    return Promise.resolve();
  }

  run([program, ...args]: readonly [string, ...string[]]): Promise<CommandResult> {
    return new Promise((resolve) => {
      execFile(program, args, (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else resolve({ code: typeof error.code === "number" ? error.code : -1, stdout, stderr: stderr || error.message });
      });
    });
  }

  ask(socket: string, command: string): Promise<string> {
    return ask(socket, command);
  }

  reasonAgainst(probe: Probe): Promise<string | undefined> {
    return reasonAgainst(probe);
  }

  async handshake(socket: string, name?: string): Promise<void> {
    const channel = connect(socket);
    await once(channel, "connect");
    await closedHandshake(channel, name, HANDSHAKE_WITHIN);
  }

  shownCertificate(glance: Glance): Promise<string> {
    return shownCertificate(glance);
  }

  answerTo(question: Question): Promise<Answer> {
    return answerTo(question);
  }
}
