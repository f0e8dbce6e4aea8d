import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { clearInterval, setInterval } from "node:timers";
import { onLeaving } from "./leaving.mjs";

/** Time after which a command counts as hanging, unless it is given another, in milliseconds. */
const DEADLINE = 10 * 60_000;

/** Time in which a watched command has to get on, in milliseconds. */
const PROGRESS_WITHIN = 60_000;

/** How much of what a command prints is kept: its end, in characters. */
const KEPT_OUTPUT = 64_000;

/**
 * @typedef {object} Outcome
 * @property {boolean} ok whether it ran and exited with 0
 * @property {number | undefined} code its exit code; undefined if it could not be started or was killed
 * @property {string} output the end of what it printed, on stdout and stderr
 * @property {string} reason why it is not ok, in a few words; "" if it is
 */

/**
 * @typedef {object} Options
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [deadline] in milliseconds. Default: 10 minutes
 * @property {() => number} [progress] a number that changes while the command gets on; if it stays the same for a minute,
 *   the command is given up
 */

/**
 * Runs a command out of the user's sight. It is killed, with all that it started, when it takes too long or when this
 * process is left.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd, env, deadline = DEADLINE, progress } = {}) {
  return new Promise((resolve) => {
    // A process group of its own, so that what it starts can be ended with it.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let killed = "";

    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has just ended.
      }
    };
    const giveUp = (/** @type {string} */ why) => {
      killed = why;
      kill();
    };
    const forget = onLeaving(kill);
    const timer = setTimeout(() => giveUp(`gave up after ${inWords(deadline)}`), deadline);
    const watch = progress && watchProgress(progress, () => giveUp(`gave up after ${inWords(PROGRESS_WITHIN)} without progress`));

    /** @type {(outcome: Omit<Outcome, "ok" | "output">) => void} */
    const end = ({ code, reason }) => {
      forget();
      clearTimeout(timer);
      clearInterval(watch);
      resolve({ ok: code === 0, code, output, reason });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (output = (output + String(text)).slice(-KEPT_OUTPUT)));
    }
    child.once("error", (error) => {
      const absent = "code" in error && error.code === "ENOENT";
      end({ code: undefined, reason: absent ? `${command} is not installed` : error.message });
    });
    child.once("close", (code, signal) => {
      const said = output.trim().split("\n").at(-1) ?? "";
      if (killed !== "") end({ code: undefined, reason: killed });
      else if (code === null) end({ code: undefined, reason: `ended by ${signal}` });
      else if (code === 0) end({ code, reason: "" });
      else end({ code, reason: said === "" ? `exit code ${code}` : said.trim() });
    });
  });
}

/**
 * @param {() => number} progress
 * @param {() => void} whenStalled
 */
function watchProgress(progress, whenStalled) {
  let last = progress();
  let since = performance.now();
  return setInterval(() => {
    const now = progress();
    if (now !== last) [last, since] = [now, performance.now()];
    else if (performance.now() - since > PROGRESS_WITHIN) whenStalled();
  }, PROGRESS_WITHIN / 12);
}

/** @param {number} milliseconds */
function inWords(milliseconds) {
  return milliseconds >= 120_000 ? `${Math.round(milliseconds / 60_000)} minutes` : `${Math.round(milliseconds / 1000)} seconds`;
}
