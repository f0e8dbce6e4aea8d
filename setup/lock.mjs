import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { clearInterval, setInterval } from "node:timers";
import { setTimeout as delay } from "node:timers/promises";
import { readJson } from "./json.mjs";
import { onLeaving } from "./leaving.mjs";
import { notice } from "./notice.mjs";

/** How often the holder shows that it lives, in milliseconds. */
const HEARTBEAT = 1_000;

/** Time without a heartbeat after which a holder counts as dead, in milliseconds, where its process cannot be looked up. */
const SILENCE = 15_000;

/** How often who waits looks again, in milliseconds. */
const POLL = 100;

/** Who holds a lock, as its file says it. @typedef {{ pid: number, host: string, id: string }} Holder */

/**
 * Has `action` done by one process at a time. A holder that died is not waited for.
 *
 * @template T
 * @param {string} file the lock; its folder is made
 * @param {string} doing what the holder does, to tell who waits: "is ..."
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(file, doing, action) {
  const id = `${process.pid}.${Math.random().toString(36).slice(2)}`;
  await acquire(file, { pid: process.pid, host: hostname(), id }, doing);
  const release = () => {
    if (readHolder(file)?.id === id) rmSync(file, { force: true });
  };
  const forget = onLeaving(release);
  const heartbeat = setInterval(() => beat(file), HEARTBEAT);
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    forget();
    release();
  }
}

/**
 * @param {string} file
 * @param {Holder} me
 * @param {string} doing
 */
async function acquire(file, me, doing) {
  let seen = "";
  let since = performance.now();
  let told = false;
  while (!create(file, JSON.stringify(me))) {
    const holder = readHolder(file);
    const sign = `${holder?.id} ${lastBeat(file)}`;
    // Not the clock's time but how long one sees no change: clocks of two machines differ, and laptops sleep.
    if (sign !== seen) [seen, since] = [sign, performance.now()];

    if ((holder && isDead(holder)) || performance.now() - since > SILENCE) {
      breakLock(file, holder);
    } else {
      if (!told) notice(`waiting for another set-up${holder ? ` (process ${holder.pid})` : ""} that is ${doing}`);
      told = true;
      await delay(POLL);
    }
  }
}

/**
 * Two that wait must not both remove the lock: the slower one would remove what the faster one has acquired since.
 *
 * @param {string} file
 * @param {Holder | undefined} dead
 */
function breakLock(file, dead) {
  const guard = `${file}.breaking`;
  if (!create(guard, "")) {
    // It is there for an instant only, unless who made it was killed in that instant.
    if (Date.now() - (lastBeat(guard) ?? Date.now()) > SILENCE) rmSync(guard, { force: true });
    return;
  }
  try {
    if (readHolder(file)?.id === dead?.id) rmSync(file, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} content
 * @returns {boolean} false if it exists
 */
function create(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    writeFileSync(file, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {Holder | undefined} undefined if there is none, or if it is just being written
 */
function readHolder(file) {
  try {
    return /** @type {Holder} */ (readJson(file));
  } catch {
    return undefined;
  }
}

/** @param {Holder} holder */
function isDead({ pid, host }) {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** @param {string} file */
function beat(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Removed by someone who thought that this process was dead: too late to mind.
  }
}

/** @param {string} file */
function lastBeat(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
