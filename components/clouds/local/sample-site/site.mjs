import { readFileSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { drip } from "./drip.mjs";
import { page } from "./page.mjs";
import { durationMs, LONGEST_DELAY_MS } from "./settings.mjs";
import { EchoSockets } from "./websocket.mjs";

/** Longer than any balancer keeps an idle connection, so that it is always the balancer that ends one. */
const KEEP_ALIVE_MS = 75_000;
/** Node requires it above the keep-alive time: a connection's next request starts this clock, too. */
const HEADERS_MS = KEEP_ALIVE_MS + 5000;
/** On a stop, time for a request that is only half here to arrive before its connection is closed. */
const STOP_GRACE_MS = 1000;

/**
 * @typedef {import("node:http").IncomingMessage} Request
 * @typedef {import("node:http").ServerResponse} Response
 * @typedef {import("node:net").Socket} Socket
 * @typedef {{ status: number, type: string, body: string }} Answer
 */

/** The sample site of one web server: a page that says who answered, a health check, and paths for drills. */
export class Site {
  #settings;
  #server;
  #journal;
  #startedAt = performance.now();
  #requests = 0;
  #stopping = false;
  #refusedDelay = "";
  /** @type {Map<string, number>} */
  #counts = new Map();
  /** @type {Set<Socket>} */
  #connections = new Set();
  /** @type {Set<Request>} Requests that wait for their answer. */
  #inFlight = new Set();
  #echoSockets;

  /**
   * @param {import("./settings.mjs").Settings} settings
   * @param {number | undefined} journal descriptor of the open journal
   */
  constructor(settings, journal) {
    this.#settings = settings;
    this.#journal = journal;
    this.#echoSockets = new EchoSockets(this.#names());
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_MS }, (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on("connection", (/** @type {Socket} */ socket) => {
      this.#connections.add(socket);
      socket.once("close", () => this.#connections.delete(socket));
    });
  }

  /**
   * Listens on 127.0.0.1 and answers the port.
   *
   * @returns {Promise<number>}
   */
  listen() {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#settings.port, "127.0.0.1", () => {
        const address = this.#server.address();
        resolve(address !== null && typeof address === "object" ? address.port : this.#settings.port);
      });
    });
  }

  /**
   * Takes no new connection, answers what is in flight, tells WebSockets that it goes away, closes what is idle. Resolves
   * when nothing is open.
   *
   * @returns {Promise<void>}
   */
  stop() {
    this.#stopping = true;
    return new Promise((resolve) => {
      // Closes idle connections as well, but not those that have sent nothing yet, or half of a request.
      this.#server.close(() => resolve());
      this.#echoSockets.goAway();
      setTimeout(() => {
        const busy = new Set([...this.#inFlight].map((request) => request.socket));
        for (const socket of this.#connections) if (!busy.has(socket)) socket.destroy();
      }, STOP_GRACE_MS).unref();
    });
  }

  /**
   * @param {Request} request
   * @param {Response} response
   */
  async #serve(request, response) {
    this.#inFlight.add(request);
    response.once("close", () => this.#inFlight.delete(request));
    const [path = "/"] = (request.url ?? "/").split("?");
    this.#record(request, path);
    if (path !== "/healthz") this.#requests += 1;

    const bytes = await bodyBytes(request);
    if (path !== "/healthz") await wait(this.#delayMs());
    const slowly = path.startsWith("/drip/") ? drip(path.slice("/drip/".length)) : undefined;
    if (slowly !== undefined) {
      response.writeHead(200, { ...this.#headers(), "content-type": "text/plain", "content-length": slowly.length });
      slowly.send(response);
      return;
    }
    const answer = await this.#answer(request, path, bytes);
    response.writeHead(answer.status, {
      ...(answer.status === 204 ? {} : { "content-type": answer.type, "content-length": Buffer.byteLength(answer.body) }),
      ...this.#headers(),
    });
    response.end(answer.body);
  }

  /** What every answer says. */
  #headers() {
    return {
      "cache-control": "no-store",
      vary: "accept",
      ...this.#names(),
      ...(this.#stopping ? { connection: "close" } : {}),
    };
  }

  /** Who answers. */
  #names() {
    return { "x-evenkeel-server": this.#settings.server, "x-evenkeel-data-center": this.#settings.dataCenter };
  }

  /**
   * Any path can be a WebSocket, so that those of routes can be tried.
   *
   * @param {Request} request
   * @param {import("node:stream").Duplex} socket
   * @param {Buffer} head
   */
  #upgrade(request, socket, head) {
    const [path = "/"] = (request.url ?? "/").split("?");
    this.#record(request, path);
    this.#requests += 1;
    void this.#echoSockets.accept(request, socket, head);
  }

  /**
   * @param {Request} request
   * @param {string} path
   * @param {number} bytes
   * @returns {Promise<Answer>}
   */
  async #answer(request, path, bytes) {
    const [, first = "", rest = ""] = /^\/([^/]*)(?:\/(.*))?$/.exec(path) ?? [];
    if (path === "/healthz") return this.#stopping ? text(503, "stopping") : text(200, "ok");
    if (path === "/echo") return json({ method: request.method, bytes });
    if (first === "status" && rest !== "") return status(rest);
    if (first === "slow" && rest !== "") return slow(rest);
    if (first === "drip") return text(400, `${path}: the time must be from 0 to ${LONGEST_DELAY_MS} milliseconds`);
    if (first === "count" && rest !== "") return this.#count(rest);
    // Whatever else is asked for gets the page, so that any path of a route can be tried by hand.
    const who = this.#whoAmI(request);
    const asJson = path === "/whoami" || (request.headers.accept ?? "").includes("application/json");
    return asJson ? json(who) : { status: 200, type: "text/html; charset=utf-8", body: page(who) };
  }

  /** @param {Request} request */
  #whoAmI(request) {
    const { site, pool, server, dataCenter } = this.#settings;
    const uptimeSeconds = Math.round((performance.now() - this.#startedAt) / 100) / 10;
    const forwardedFor = request.headers["x-forwarded-for"] ?? null;
    return { site, pool, server, dataCenter, requests: this.#requests, uptimeSeconds, forwardedFor, pid: process.pid };
  }

  /** @param {string} key */
  #count(key) {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return json({ key, count });
  }

  /**
   * Written before anything else is done and not buffered: what a killed server had begun stands in its journal.
   *
   * @param {Request} request
   * @param {string} path
   */
  #record(request, path) {
    if (this.#journal === undefined) return;
    const id = request.headers["x-request-id"] ?? "-";
    writeSync(this.#journal, `${request.method ?? "-"} ${path} ${String(id)}\n`);
  }

  /** The delay of now: a file's, while there is one, so that a brownout can begin and end in a running site. */
  #delayMs() {
    const { delayFile, delayMs } = this.#settings;
    if (delayFile === undefined) return delayMs;
    let content;
    try {
      content = readFileSync(delayFile, "utf8").trim();
    } catch {
      return delayMs;
    }
    const ms = durationMs(content);
    if (ms === undefined && content !== "" && content !== this.#refusedDelay) {
      this.#refusedDelay = content;
      console.error(
        `DELAY_FILE ${delayFile} says "${content}", but must be a duration of at most 1h, such as 250ms; it is ignored`,
      );
    }
    return ms ?? delayMs;
  }
}

/** @param {string} code */
function status(code) {
  if (!/^[2-5]\d\d$/.test(code)) return text(400, `/status/${code}: the code must be from 200 to 599`);
  return Number(code) === 204 ? text(204, "") : text(Number(code), code);
}

/** @param {string} ms */
async function slow(ms) {
  if (!/^\d{1,7}$/.test(ms) || Number(ms) > LONGEST_DELAY_MS)
    return text(400, `/slow/${ms}: the time must be from 0 to ${LONGEST_DELAY_MS} milliseconds`);
  await wait(Number(ms));
  return json({ sleptMs: Number(ms) });
}

/**
 * @param {number} code
 * @param {string} body
 * @returns {Answer}
 */
function text(code, body) {
  return { status: code, type: "text/plain; charset=utf-8", body };
}

/**
 * @param {object} value
 * @returns {Answer}
 */
function json(value) {
  return { status: 200, type: "application/json", body: `${JSON.stringify(value)}\n` };
}

/**
 * Reads a request's body to its end and counts its bytes. A client that goes away meanwhile ends it, too.
 *
 * @param {Request} request
 * @returns {Promise<number>}
 */
function bodyBytes(request) {
  return new Promise((resolve) => {
    let bytes = 0;
    request.on("data", (/** @type {Buffer} */ chunk) => {
      bytes += chunk.length;
    });
    request.once("end", () => resolve(bytes));
    request.once("error", () => resolve(bytes));
  });
}

/** @param {number} ms */
async function wait(ms) {
  if (ms > 0) await sleep(ms);
}
