import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import * as path from "node:path";
import { Duration } from "../../components/model/duration";
import { LOG_FILE, type ProcessInputs, type Readiness } from "../../components/contracts/process";
import { haproxy } from "../transport/executable";
import { writeWhole } from "../transport/files";
import { reasonAgainst } from "../transport/probe";
import { pause, until } from "../wait";
import { identify, isAlive, isGroupAlive } from "../identity";
import { withoutSecrets } from "./masking";
import { makePrivate, type ProcessRecord, readRecord, writeRecord } from "./record";

/** What the app inherits; nothing of the engine's environment, which holds secrets. */
const INHERITED = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER"];
/** Lines of the log that an error message shows. */
const LAST_LINES = 8;
/** How long one question for readiness may take, in milliseconds. */
const PROBE_TIMEOUT = 1_000;

/** How long a start may take before it is worth a word, in milliseconds. */
const QUIET_FOR = 1_000;

/** What is needed to start a process in its directory. */
export interface Launch {
  readonly urn: string;
  readonly name: string;
  readonly directory: string;
  readonly inputs: ProcessInputs;
  readonly ports: Readonly<Record<string, number>>;
  readonly specification: string;
}

/**
 * Starts a process that outlives this one and waits until it is ready.
 *
 * @throws Error saying why it is not ready, with the last lines of its log; it does not run then.
 * @throws Interrupted when the signal was raised; it does not run then.
 */
export async function launch(
  { urn, name, directory, inputs, ports, specification }: Launch,
  signal: AbortSignal,
  status: (message: string) => void,
): Promise<void> {
  makePrivate(directory);
  const filled = (text: string): string => fill(text, ports, directory);
  for (const [file, text] of Object.entries(inputs.files)) {
    if (!existsSync(path.join(directory, file))) writeWhole(path.join(directory, file), filled(text));
  }
  const [program, ...args] = inputs.command.map(filled);
  if (program === undefined) throw new Error(`${name} has no command (${inputs.at})`);

  const inherited = Object.fromEntries(
    INHERITED.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
  );
  const secrets = inputs.secretEnvironment ?? {};
  for (const [variable, value] of Object.entries(secrets)) {
    // The message of Node.js would show the value.
    if (value.includes("\0"))
      throw new Error(`${name}: the secret of ${variable} holds a NUL, which no variable can (${inputs.at})`);
  }
  const folder = inputs.workingDirectory ?? directory;
  if (!existsSync(folder)) throw new Error(`${name}: its folder ${folder} does not exist (${inputs.at}.directory)`);
  const log = openSync(path.join(directory, LOG_FILE), "a", 0o600);
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      ...inherited,
      ...Object.fromEntries(Object.entries(inputs.environment).map(([key, value]) => [key, filled(value)])),
      ...secrets,
    },
    // A process group of its own: neither Ctrl-C nor the end of the plugin reaches it.
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ending: { reason?: string } = {};
  child.once("error", (error) => (ending.reason = `could not be started: ${error.message}`));
  child.once(
    "exit",
    (code, by) =>
      (ending.reason = code === null ? `was ended by ${by ?? "a signal"} at its start` : `ended at its start with code ${code}`),
  );
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity !== undefined) writeRecord(directory, { ...identity, urn, specification, ports, stop: inputs.stop });
  child.unref();
  try {
    const reason = await reasonAgainstStart(inputs.ready, directory, ports, ending, signal, (waitsFor) =>
      status(`waiting for ${name}: ${waitsFor}`),
    );
    if (reason === undefined) return;
    throw new Error(`${name} ${reason} (${inputs.at})${withoutSecrets(lastLines(directory), Object.values(secrets))}`);
  } catch (error) {
    await end(directory, "SIGKILL", 0);
    throw error;
  }
}

/** Waits until a process is ready; otherwise says why it is not. */
async function reasonAgainstStart(
  ready: Readiness,
  directory: string,
  ports: Readonly<Record<string, number>>,
  ending: { readonly reason?: string },
  signal: AbortSignal,
  waiting: (reason: string) => void,
): Promise<string | undefined> {
  const worthTelling = performance.now() + QUIET_FOR;
  let reason: string | undefined;
  const settled = await until(
    async () => {
      reason = await reasonNotReady(ready, directory, ports);
      // What answered may be another program that holds the port; ours, which could not have it, ends then.
      if (reason === undefined) await pause(0, signal);
      if (ending.reason !== undefined || reason === undefined) return true;
      if (performance.now() > worthTelling) waiting(reason);
      return undefined;
    },
    Duration.parse(ready.within).milliseconds,
    signal,
  );
  if (ending.reason !== undefined) return ending.reason;
  return settled === true ? undefined : `was not ready within ${ready.within}: ${reason ?? "no answer"}`;
}

/** Ends the process of a directory, gently first, and waits until its whole group is gone. */
export async function end(directory: string, signal: NodeJS.Signals, within: number): Promise<void> {
  const record = readRecord(directory);
  if (record === undefined) return;
  if (isAlive(record) && signal !== "SIGKILL") {
    send(record, signal);
    await until(() => (isGroupAlive(record.pid) ? undefined : true), within);
  }
  // The group of a dead leader may hold its children still; with nobody of it alive, its number may be a stranger's by now.
  if (isAlive(record) || groupIsOurs(record)) {
    send(record, "SIGKILL");
    await until(() => (isAlive(record) || groupIsOurs(record) ? undefined : true), 5_000);
  }
}

/** The end of a process's log, as an error message shows it; nothing when the log is empty. */
export function lastLines(directory: string): string {
  try {
    const lines = readFileSync(path.join(directory, LOG_FILE), "utf8").trimEnd().split("\n").slice(-LAST_LINES);
    return lines.join("").trim() === ""
      ? "; it wrote nothing"
      : `; its last lines:\n${lines.map((line) => `    ${line}`).join("\n")}`;
  } catch {
    return "";
  }
}

/** Fills in the ports, the directory and the programs of a process. */
export function fill(text: string, ports: Readonly<Record<string, number>>, directory: string): string {
  return text.replace(/\{(port|directory|node|haproxy)(?::(\w+))?\}/g, (whole, word: string, name?: string) => {
    if (word === "directory") return directory;
    if (word === "node") return process.execPath;
    if (word === "haproxy") return haproxy();
    const port = name === undefined ? Object.values(ports)[0] : ports[name];
    return port === undefined ? whole : String(port);
  });
}

async function reasonNotReady(
  ready: Readiness,
  directory: string,
  ports: Readonly<Record<string, number>>,
): Promise<string | undefined> {
  if (ready.socket !== undefined) {
    const socket = path.join(directory, ready.socket);
    return new Promise((resolve) => {
      const connection = connect(socket, () => {
        connection.destroy();
        resolve(undefined);
      });
      connection.once("error", () => resolve(`${ready.socket ?? "its socket"} accepts no connection yet`));
    });
  }
  const port = ports[ready.port ?? ""];
  if (port === undefined) return undefined;
  return reasonAgainst({ path: "/", ...ready.check, address: "127.0.0.1", port, timeout: PROBE_TIMEOUT });
}

/** A leader's number can't be given away while its group lives: then the group is still the one that we started. */
function groupIsOurs(record: ProcessRecord): boolean {
  const now = identify(record.pid);
  return (now === undefined || now.started === record.started) && isGroupAlive(record.pid) && sameBoot(record);
}

function sameBoot(record: ProcessRecord): boolean {
  const mine = identify(process.pid)?.started.split(" ")[0];
  return process.platform !== "linux" || record.started.startsWith(`${mine ?? ""} `);
}

function send({ pid }: ProcessRecord, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone in the meantime: what was wanted.
  }
}
