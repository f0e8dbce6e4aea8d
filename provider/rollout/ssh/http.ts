import * as http from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import { type Answer, type Probe, type Question, questionOf } from "../../http-probe";
import { NobodyListens, type Target } from "./connection";

/** Connects from the machine to somewhere. */
type Open = (target: Target, within: number) => Promise<Duplex>;

/** Why a server does not answer from 200 to 399 when it is asked from the machine, in words; undefined when it does. */
export async function reasonAgainst(open: Open, { host, ...probe }: Probe): Promise<string | undefined> {
  const question = questionOf(probe);
  try {
    const { status } = await get(open, { ...probe, headers: host === undefined ? {} : { host } });
    return status >= 200 && status <= 399 ? undefined : `${question} answered ${status}`;
  } catch (error) {
    if (error instanceof NobodyListens || error instanceof NoAnswer) return `${question}: ${error.message}`;
    throw error;
  }
}

/** What a question from the machine is answered with. */
export async function answerTo(open: Open, question: Question): Promise<Answer> {
  const { address, port, path } = question;
  return get(open, question).catch((error: unknown) => {
    if (!(error instanceof NobodyListens || error instanceof NoAnswer)) throw error;
    throw new Error(`http://${address}:${port}${path}: ${error.message}`, { cause: error });
  });
}

/** Thrown when a server was reached, but gave no whole answer. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

async function get(open: Open, { address, port, method, path, headers, timeout, tls: ends }: Question): Promise<Answer> {
  const began = performance.now();
  const channel = await open({ address, port }, timeout);
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      clearTimeout(deadline);
      request.destroy();
      channel.destroy();
      then();
    };
    const fail = (error: Error): void => settle(() => reject(new NoAnswer(error.message, { cause: error })));
    const deadline = setTimeout(
      () => fail(new Error(`no answer in ${timeout} ms`)),
      Math.max(0, timeout - (performance.now() - began)),
    );
    const connected = (): Socket => (ends === undefined ? asSocket(channel) : tls.connect({ socket: channel, ...ends }));
    const options = { host: address, port, method, path, headers, createConnection: connected };
    const request = http.request(options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => settle(() => resolve({ status: response.statusCode ?? 0, headers: response.headers, body })));
      response.on("error", fail);
    });
    request.on("error", fail);
    request.end();
  });
}

/** What Node's client asks of a socket beside reading and writing means nothing to a channel. */
function asSocket(channel: Duplex): Socket {
  const nothing = (): Duplex => channel;
  return Object.assign(channel, {
    setKeepAlive: nothing,
    setNoDelay: nothing,
    setTimeout: nothing,
    ref: nothing,
    unref: nothing,
    destroySoon: () => channel.destroy(),
  }) as unknown as Socket;
}
