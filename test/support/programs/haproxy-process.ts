import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { FILES } from "../../../components/haproxy/configuration";
import { parseServerStates, type ServerState } from "../../../components/haproxy/server-state";
import { parseServerStatus } from "../../../components/haproxy/server-status";
import { ask } from "../../../provider/transport/runtime-api";
import { haproxy } from "../../../provider/transport/executable";
import { until } from "../../../provider/wait";
import type { Scratch } from "../scratch";

/** A real HAProxy that runs. */
export interface RunningHaproxy {
  /** Path of its admin socket. */
  readonly socket: string;
  /** Gives it a command. */
  ask(command: string): Promise<string>;
  /** Status by `backend/server`, as it says itself: `{ "web/web-a-1": "UP" }`. */
  statuses(): Promise<Record<string, string>>;
  /** Its answer to `show servers state`, and that read. */
  states(): Promise<{ text: string; servers: ServerState[] }>;
  /** Waits until its statuses are as wanted. */
  becomes(wanted: (statuses: Record<string, string>) => boolean): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

/** Starts HAProxy on a configuration and a server-state file in a directory, and waits until it answers. */
export async function startHaproxy(
  scratch: Scratch,
  directory: string,
  configuration: string,
  state = "1\n",
): Promise<RunningHaproxy> {
  const file = path.join(directory, FILES.configuration);
  writeFileSync(file, configuration);
  writeFileSync(path.join(directory, FILES.state), state);
  const child = scratch.spawn(haproxy(), ["-db", "-f", file], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (said += part));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  const socket = path.join(directory, FILES.admin);
  const running: RunningHaproxy = {
    socket,
    ask: (command) => ask(socket, command),
    async statuses() {
      const servers = parseServerStatus(await running.ask("show stat"));
      return Object.fromEntries(servers.map(({ backend, server, status }) => [`${backend}/${server}`, status]));
    },
    async states() {
      const text = `${await running.ask("show servers state")}\n`;
      return { text, servers: parseServerStates(text) };
    },
    async becomes(wanted) {
      let last: Record<string, string> = {};
      const reached = await until(async () => (wanted((last = await running.statuses())) ? true : undefined), 10_000);
      if (reached === undefined) throw new Error(`HAProxy did not get there: ${JSON.stringify(last)}\n${said}`);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
  const answered = await until(async () => {
    if (child.exitCode !== null) throw new Error(`HAProxy did not start:\n${said}`);
    return running.ask("show info").catch(() => undefined);
  }, 10_000);
  if (answered === undefined) throw new Error(`HAProxy does not answer:\n${said}`);
  return running;
}
