import * as http from "node:http";
import * as net from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import {
  type CheckQuestion,
  DEFAULT_CHECK_PATH,
  DEFAULT_CHECK_STATUS,
  isGoodStatus,
  SEARCHED_BYTES,
} from "../../components/model/health-checks/health-check";

/** What the PROXY protocol says of a connection that is nobody's but the sender's. */
const UNKNOWN_CLIENT = "PROXY UNKNOWN\r\n";

/** A question that tells whether a server is fit for traffic. */
export interface Probe extends CheckQuestion {
  readonly address: string;
  readonly port: number;
  /** Milliseconds that the answer may take. */
  readonly timeout: number;
  /** What is shown to a server that ends TLS, and what its certificate must be; absent for a plain connection. */
  readonly tls?: ProbeTls | undefined;
  /** Whether who ends TLS is told of a client by the PROXY protocol first. @default false */
  readonly proxied?: boolean | undefined;
}

/** Both ends of an encrypted question, in the words of Node's `tls.connect`. */
export interface ProbeTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly servername: string;
}

/** TLS whose other end shows what it likes: a site's certificate may be one of a company's own, and is compared instead. */
export interface OpenTls {
  readonly rejectUnauthorized: false;
  /** Name that is asked for (SNI). @default none */
  readonly servername?: string;
  /** Signatures that are taken, as OpenSSL calls them. @default OpenSSL's */
  readonly sigalgs?: string;
}

/** Connects to an address, from this machine or another. Whoever can't be connected to in so many milliseconds is told by {@link NoAnswer}. */
export type Open = (to: { readonly address: string; readonly port: number }, within: number) => Promise<Duplex>;

/** Thrown when nobody listens, or no whole answer came; the message says which. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** A question as messages call it: `GET http://192.0.2.1:8080/healthz`. */
function questionOf(probe: Omit<Probe, "timeout">): string {
  const { type = "http", method = "GET", address, port, path = DEFAULT_CHECK_PATH, tls: ends } = probe;
  if (type === "http") return `${method} ${ends === undefined ? "http" : "https"}://${address}:${port}${path}`;
  return `${type === "tcp" ? "a connection to" : "a TLS handshake with"} ${address}:${port}`;
}

/** Why a server's answer is none of those that its health check calls good, in words; undefined when it is one. */
export async function reasonAgainst(probe: Probe, open: Open = openHere): Promise<string | undefined> {
  const { type = "http", status: good, body: wanted } = probe;
  const question = questionOf(probe);
  try {
    if (type !== "http") {
      await connected(probe, open);
      return undefined;
    }
    const { host, path = DEFAULT_CHECK_PATH } = probe;
    const headers = { ...probe.headers, ...(host === undefined ? {} : { host }) };
    const enough = (text: string): boolean => wanted === undefined || text.includes(wanted);
    const { status, body } = await exchange({ ...probe, path, headers }, open, enough);
    const allowed = good === undefined || good === DEFAULT_CHECK_STATUS ? "" : `, which is not ${good}`;
    if (!isGoodStatus(status, good)) return `${question} answered ${status}${allowed}`;
    if (wanted === undefined || body.includes(wanted)) return undefined;
    return `${question} answered ${status}, without ${JSON.stringify(wanted)}`;
  } catch (error) {
    if (error instanceof NoAnswer) return `${question}: ${error.message}`;
    throw error;
  }
}

/** A question of which the whole answer is wanted. */
export interface Question extends Pick<Probe, "address" | "port" | "timeout"> {
  /** Both ends, or what is asked for, where the question is encrypted; absent for a plain connection. */
  readonly tls?: ProbeTls | OpenTls | undefined;
  /** @default "GET" */
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a question is answered with. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/**
 * What a question is answered with.
 * @throws Error when there is no answer in time.
 */
export async function answerTo(question: Question, open: Open = openHere): Promise<Answer> {
  try {
    return await exchange(question, open);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const { address, port, path, tls: ends } = question;
    throw new Error(`${ends === undefined ? "http" : "https"}://${address}:${port}${path}: ${error.message}`, { cause: error });
  }
}

/** A TLS handshake of which only the certificate is wanted that it is answered with. */
export interface Glance extends Pick<Probe, "address" | "port" | "timeout"> {
  readonly tls: OpenTls;
}

/**
 * The SHA-256 of the certificate that a handshake is answered with, in the form `AB:CD:…`.
 * @throws NoAnswer when the handshake is not completed in time.
 */
export function shownCertificate(glance: Glance, open: Open = openHere): Promise<string> {
  return underway(glance, open, (channel, done, fail) => {
    const secure = tls.connect({ socket: channel, ...glance.tls }, () =>
      done(secure.getPeerX509Certificate()?.fingerprint256 ?? ""),
    );
    secure.on("error", fail);
  });
}

/**
 * Begins a TLS handshake on a channel, and waits until the other side has closed it.
 *
 * @param name Name that is asked for (SNI). @default none
 * @param within Milliseconds that this may take.
 * @throws NoAnswer when it is not closed in time.
 */
export function closedHandshake(channel: Duplex, name: string | undefined, within: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (then: () => void): void => {
      clearTimeout(late);
      channel.destroy();
      then();
    };
    const late = setTimeout(() => end(() => reject(new NoAnswer(`not closed in ${within} ms`))), within);
    const secure = tls.connect({
      socket: channel,
      rejectUnauthorized: false,
      ...(name === undefined ? {} : { servername: name }),
    });
    // Closed before it is done, a handshake is an error to whoever began it.
    for (const closed of ["error", "close"]) secure.once(closed, () => end(resolve));
    channel.on("error", () => end(resolve));
  });
}

/** Connects from this machine. */
function openHere({ address, port }: Parameters<Open>[0], within: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, address);
    const fail = (reason: string, cause?: Error): void => {
      clearTimeout(late);
      socket.destroy();
      reject(new NoAnswer(reason, { cause }));
    };
    const late = setTimeout(() => fail(`no answer in ${within} ms`), within);
    const refused = (error: NodeJS.ErrnoException): void =>
      fail(error.code === "ECONNREFUSED" ? "connection refused" : error.message, error);
    socket.once("error", refused);
    socket.once("connect", () => {
      clearTimeout(late);
      socket.off("error", refused);
      resolve(socket);
    });
  });
}

/** Whether a connection, or a TLS handshake, is completed. */
async function connected(probe: Probe, open: Open): Promise<void> {
  await underway(probe, open, (channel, done, fail) => {
    if (probe.type === "tcp" && probe.tls === undefined) {
      done(undefined);
      return;
    }
    const servername = probe.host?.replace(/:\d+$/, "");
    const named = servername === undefined || net.isIP(servername) !== 0 ? {} : { servername };
    if (probe.proxied === true) channel.write(UNKNOWN_CLIENT);
    // As the balancer's: the certificate of a server that ends TLS itself is for its clients to verify.
    const ends = probe.tls ?? { ...named, rejectUnauthorized: false };
    const secure = tls.connect({ socket: channel, ...ends }, () => done(undefined));
    secure.on("error", fail);
  });
}

/**
 * Asks over HTTP.
 *
 * @param enough Whether what came of the body will do; without it the whole body is awaited. What is searched is no more than a balancer searches.
 */
function exchange(question: Question, open: Open, enough?: (body: string) => boolean): Promise<Answer> {
  const { method, address, port, path, headers, tls: ends } = question;
  return underway(question, open, (channel, done, fail) => {
    const socket = asSocket(channel);
    const createConnection = (): net.Socket => (ends === undefined ? socket : tls.connect({ socket: channel, ...ends }));
    const request = http.request({ method, host: address, port, path, headers, createConnection }, (response) => {
      const taken: Buffer[] = [];
      const body = (): string => Buffer.concat(taken).toString();
      const end = (): void => done({ status: response.statusCode ?? 0, headers: response.headers, body: body() });
      const endIfEnough = (): void => {
        if (enough?.(body()) === true) end();
      };
      response.on("data", (part: Buffer) => {
        const room = SEARCHED_BYTES - taken.reduce((sum, { length }) => sum + length, 0);
        taken.push(enough === undefined ? part : part.subarray(0, room));
        endIfEnough();
        if (enough !== undefined && part.length >= room) end();
      });
      response.on("end", end);
      response.on("error", fail);
      endIfEnough();
    });
    request.on("error", fail);
    request.end();
  });
}

/** Work on a connection of its own: opened first, closed at the end, all within the time that the probe gives. */
async function underway<Value>(
  { address, port, timeout }: Pick<Probe, "address" | "port" | "timeout">,
  open: Open,
  work: (channel: Duplex, done: (value: Value) => void, fail: (error: Error) => void) => void,
): Promise<Value> {
  const began = performance.now();
  const channel = await open({ address, port }, timeout);
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      clearTimeout(deadline);
      channel.destroy();
      then();
    };
    const fail = (error: Error): void => settle(() => reject(new NoAnswer(error.message, { cause: error })));
    const left = Math.max(0, timeout - (performance.now() - began));
    const deadline = setTimeout(() => fail(new Error(`no answer in ${timeout} ms`)), left);
    work(channel, (value) => settle(() => resolve(value)), fail);
    channel.on("error", fail);
  });
}

/** What Node's client asks of a socket beside reading and writing means nothing to a channel through another machine. */
function asSocket(channel: Duplex): net.Socket {
  if (channel instanceof net.Socket) return channel;
  const nothing = (): Duplex => channel;
  return Object.assign(channel, {
    setKeepAlive: nothing,
    setNoDelay: nothing,
    setTimeout: nothing,
    ref: nothing,
    unref: nothing,
    destroySoon: () => channel.destroy(),
  }) as unknown as net.Socket;
}
