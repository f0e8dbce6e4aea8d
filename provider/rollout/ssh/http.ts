import * as http from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import { type Probe, questionOf } from "../../http-probe";
import type { Transport } from "../transport";
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

/** The body that a question from the machine is answered with. */
export async function bodyOf(open: Open, probe: Parameters<Transport["bodyOf"]>[0]): Promise<string> {
  const { address, port, path } = probe;
  return get(open, probe).then(
    ({ body }) => body,
    (error: unknown) => {
      if (!(error instanceof NobodyListens || error instanceof NoAnswer)) throw error;
      throw new Error(`http://${address}:${port}${path}: ${error.message}`, { cause: error });
    },
  );
}

/** Thrown when a server was reached, but gave no whole answer. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

async function get(
  open: Open,
  { address, port, path, headers, timeout, tls: ends }: Parameters<Transport["bodyOf"]>[0],
): Promise<{ status: number; body: string }> {
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
    const request = http.get({ host: address, port, path, headers, createConnection: connected }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => settle(() => resolve({ status: response.statusCode ?? 0, body })));
      response.on("error", fail);
    });
    request.on("error", fail);
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
