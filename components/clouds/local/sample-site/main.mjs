/**
 * The sample site: what one web server of the local cloud runs when a pool names no app of its own.
 * It answers on 127.0.0.1 and stops gracefully on SIGTERM and SIGINT. Its settings: settings.mjs.
 *
 * @example
 * PORT=9101 EVENKEEL_SERVER=web-a-1 EVENKEEL_DATA_CENTER=a node main.mjs
 */
import { openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readSettings } from "./settings.mjs";
import { Site } from "./site.mjs";

const { settings, problems } = readSettings(process.env);
if (problems.length > 0) fail(problems);

/** @type {Site | undefined} The site, once it listens. */
let listening;
let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, stop);

const site = new Site(settings, openJournal());
if (settings.bootDelayMs > 0) await sleep(settings.bootDelayMs);
try {
  const port = await site.listen();
  listening = site;
  console.log(`${settings.server} listens on http://127.0.0.1:${port}`);
} catch (error) {
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  fail([taken ? `PORT is ${settings.port}, but that port of 127.0.0.1 is taken` : String(error)]);
}

/** Ends the process when everything in flight is answered. A second signal changes nothing. */
function stop() {
  if (stopping) return;
  stopping = true;
  if (listening === undefined) process.exit(0);
  void listening.stop().then(() => process.exit(0));
}

/** @returns {number | undefined} */
function openJournal() {
  if (settings.journal === undefined) return undefined;
  try {
    return openSync(settings.journal, "a");
  } catch (error) {
    return fail([`JOURNAL is "${settings.journal}", but cannot be opened: ${String(error)}`]);
  }
}

/**
 * @param {string[]} reasons
 * @returns {never}
 */
function fail(reasons) {
  console.error(["The sample site cannot start:", ...reasons].join("\n  "));
  process.exit(1);
}
