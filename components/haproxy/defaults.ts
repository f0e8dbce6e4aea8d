import { DEFAULT_TUNNEL_TIMEOUT, MAX_TUNNEL_TIMEOUT } from "../model/pools/balancing";
import { DEFAULT_QUEUE } from "../model/pools/capacity";
import { Duration } from "../model/duration";
import { DEFAULT_CLIENT_TIMEOUT, DEFAULT_REQUEST_TIMEOUT } from "../model/limits/limits";

/*
 * The settings that were measured to lose no request (reloads, dead servers, slow dependencies). Each is here by name,
 * with what it is for; docs/decisions says how it was found.
 */

/** Attempts after the first, each on another server. Outruns three servers that die at once. */
export const RETRIES = 3;
/**
 * What is tried again on another server, for methods that are safe to repeat: the request never ran, or its answer never
 * began. Statuses and slow answers are not here: an honest slow answer would run several times, and a page that answers
 * 503 everywhere would be asked for on every server.
 */
export const RETRY_ON = ["conn-failure", "empty-response", "junk-response", "0rtt-rejected"];
/** Methods that are safe to repeat (RFC 9110, 9.2.1). */
export const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];
/** Refused or timed-out connections in a row that take a server out before its next check does. */
export const REFUSALS_UNTIL_OUT = 1;
/** How long a connection to a server may take. */
export const CONNECT_TIMEOUT = Duration.seconds(2);
/**
 * How long a server's machine may leave what it was sent without a word that it came. It is not the time that an answer takes: a
 * machine that is gone never says so, and each request on its way to it would wait for the longest honest answer.
 */
export const UNACKNOWLEDGED_WITHIN = Duration.seconds(5);
/** How long a client may say nothing, unless the stack says otherwise. */
export const CLIENT_TIMEOUT = Duration.parse(DEFAULT_CLIENT_TIMEOUT);
/** How long a request may wait for a free server. */
export const QUEUE_TIMEOUT = Duration.parse(DEFAULT_QUEUE);
/** How long the headers of a request may take, unless the stack says otherwise; the bound on slow clients. */
export const REQUEST_TIMEOUT = Duration.parse(DEFAULT_REQUEST_TIMEOUT);
/** How long an idle connection of a client is kept. */
export const KEEP_ALIVE_TIMEOUT = Duration.seconds(30);
/** How long a connection of another protocol (WebSocket) may say nothing. */
export const TUNNEL_TIMEOUT = Duration.parse(DEFAULT_TUNNEL_TIMEOUT);
/** The longest of these that a pool may ask for. */
export const LONGEST_TUNNEL_TIMEOUT = Duration.parse(MAX_TUNNEL_TIMEOUT);
/**
 * Servers that are drawn by weight for each request of a pool with weights, of which the least busy gets it. With so many a hung
 * server is passed by; leastconn passes weights by while no server is busy.
 */
export const DRAWS = 8;
/** Clients that are remembered at once, about 20 MiB in each table; the ones seen longest ago are forgotten first. */
export const MOST_CLIENTS = 100_000;
/** Connections kept for health checks of the balancer when its clients have used up all others. */
export const RESERVED_CONNECTIONS = 100;
/** Old workers that may finish their connections at once; the oldest is ended when there are more. */
export const MAX_OLD_WORKERS = 20;
/** Path that a balancer answers on its health listener: 200 while it can serve some pool, else 503. */
export const BALANCER_HEALTH_PATH = "/balancer-health";
/** How often the front looks at each balancer. */
export const FRONT_INTERVAL = Duration.milliseconds(500);

/** Memory that HAProxy needs for one connection with its two buffers, in bytes; rounded up. */
const BYTES_PER_CONNECTION = 48 * 1024;
/** File descriptors of one connection: the client's side and the server's. */
const FILES_PER_CONNECTION = 2;
/** File descriptors for listeners, checks and sockets. */
const RESERVED_FILES = 512;
/** More than this is not asked for without need: a listener must not promise what the servers can't carry. */
const ENOUGH_CONNECTIONS = 4_000;

/**
 * Most connections of clients that a node can hold at once.
 *
 * @param openFiles The hard limit of open files (`ulimit -Hn`), Infinity where there is none.
 * @param memory Memory of the machine in bytes, of which a quarter is used.
 */
export function maxConnections(openFiles: number, memory: number): number {
  const byFiles = (openFiles - RESERVED_FILES) / FILES_PER_CONNECTION - RESERVED_CONNECTIONS;
  const byMemory = memory / 4 / BYTES_PER_CONNECTION;
  return Math.max(100, Math.floor(Math.min(byFiles, byMemory, ENOUGH_CONNECTIONS)));
}
