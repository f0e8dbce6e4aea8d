import { connect } from "node:net";
import { pause } from "../wait";
import { STATES } from "./node-trouble";

/** How long an answer may take; a worker that hangs is not waited for longer. */
const ANSWER_WITHIN = 5_000;
/** Milliseconds after which a socket is tried again whose queue of connections was full. */
const TRY_AGAIN = 20;

/**
 * Gives one command to HAProxy's Runtime API and returns its answer.
 *
 * @param socket Path of a worker's stats socket, or of the master's.
 * @param command For example `show stat`; to a master, `@!PID show stat` asks the worker with that process number.
 * @throws Error when nobody listens, or no answer came in time.
 */
export async function ask(socket: string, command: string): Promise<string> {
  const end = performance.now() + ANSWER_WITHIN;
  for (;;) {
    try {
      return await askOnce(socket, command);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // A Unix socket refuses this way while others wait to be accepted.
      if (code !== "EAGAIN" || performance.now() >= end) {
        const reason = code === "ENOENT" || code === "ECONNREFUSED" ? STATES.notRunning : message;
        throw new Error(`${socket}: ${reason}`, { cause: error });
      }
      await pause(TRY_AGAIN);
    }
  }
}

function askOnce(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const connection = connect(socket);
    connection.setTimeout(ANSWER_WITHIN, () => connection.destroy(new Error(`no answer to "${command}" in ${ANSWER_WITHIN} ms`)));
    connection.setEncoding("utf8");
    connection.on("connect", () => connection.write(`${command};quit\n`));
    connection.on("data", (part: string) => (answer += part));
    connection.on("error", reject);
    connection.on("end", () => {
      connection.destroy();
      resolve(answer.trim());
    });
  });
}
