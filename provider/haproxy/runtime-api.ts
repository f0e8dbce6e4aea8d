import { connect } from "node:net";

/** How long an answer may take; a worker that hangs is not waited for longer. */
const ANSWER_WITHIN = 5_000;

/**
 * Gives one command to HAProxy's Runtime API and returns its answer.
 *
 * @param socket Path of a worker's stats socket, or of the master's.
 * @param command For example `show stat`; to a master, `@!PID show stat` asks the worker with that process number.
 * @throws Error when nobody listens, or no answer came in time.
 */
export async function ask(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const connection = connect(socket);
    const failed = (reason: string): void => {
      connection.destroy();
      reject(new Error(`${socket}: ${reason}`));
    };
    connection.setTimeout(ANSWER_WITHIN, () => failed(`no answer to "${command}" in ${ANSWER_WITHIN} ms`));
    connection.setEncoding("utf8");
    connection.on("connect", () => connection.write(`${command};quit\n`));
    connection.on("data", (part: string) => (answer += part));
    connection.on("error", (error: NodeJS.ErrnoException) =>
      failed(error.code === "ENOENT" || error.code === "ECONNREFUSED" ? "HAProxy does not run" : error.message),
    );
    connection.on("end", () => {
      connection.destroy();
      resolve(answer.trim());
    });
  });
}
