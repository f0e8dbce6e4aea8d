/*
 * A thread with the web servers of one site: whatever the test's own thread does, they answer. It is asked to start and to stop them.
 */
import { openSync } from "node:fs";
import { Server as HttpServer } from "node:http";
import { pathToFileURL } from "node:url";
import { parentPort } from "node:worker_threads";
import { readSettings } from "../../../components/clouds/local/sample-site/settings.mjs";
import { Site } from "../../../components/clouds/local/sample-site/site.mjs";

/**
 * @typedef {{ start: Record<string, string>, app?: string } | { stop: number }} Question
 *   `start` is the environment of a server, `app` the module of its app, which is else the sample site; `stop` is a server's port.
 * @typedef {{ port: number } | { problem: string }} Reply
 * @typedef {{ default: (environment: Record<string, string>) => import("node:net").Server }} App
 */

/** How long an app may take to finish what it has, in milliseconds. */
const STOP_WITHIN = 5_000;

/** @type {Map<number, () => Promise<void>>} How each server is stopped, by its port. */
const stops = new Map();

const parent = parentPort;
if (parent === null) throw new Error("this runs in a thread of its own");
parent.on("message", (/** @type {{ id: number, question: Question }} */ { id, question }) => {
  const failed = (/** @type {unknown} */ error) => ({ problem: String(error) });
  void answer(question)
    .catch(failed)
    .then((reply) => parent.postMessage({ id, reply }));
});

/**
 * @param {Question} question
 * @returns {Promise<Reply>}
 */
async function answer(question) {
  if ("start" in question)
    return { port: await (question.app === undefined ? sampleSite : own)(question.start, question.app ?? "") };
  const stop = stops.get(question.stop);
  stops.delete(question.stop);
  await stop?.();
  return { port: question.stop };
}

/** @param {Record<string, string>} environment */
async function sampleSite(environment) {
  const { settings, problems } = readSettings({ ...environment, PORT: "0" });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const site = new Site(settings, settings.journal === undefined ? undefined : openSync(settings.journal, "a"));
  const port = await site.listen();
  stops.set(port, () => site.stop());
  return port;
}

/**
 * @param {Record<string, string>} environment
 * @param {string} module
 */
async function own(environment, module) {
  /** @type {unknown} */
  const loaded = await import(pathToFileURL(module).href);
  const { default: app } = /** @type {App} */ (loaded);
  const server = app(environment);
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(undefined));
  });
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  stops.set(
    port,
    () =>
      new Promise((resolve) => {
        const force = setTimeout(() => sockets.forEach((socket) => socket.destroy()), STOP_WITHIN);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        if (server instanceof HttpServer) server.closeIdleConnections();
      }),
  );
  return port;
}
