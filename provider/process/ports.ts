import { createServer } from "node:net";
import type { PortWish } from "../../components/contracts/process";

/** Where ports are taken from: below the ranges that systems take the ports of outgoing connections from. */
const FIRST = 20_000;
const LAST = 29_999;
/** How far a preferred port is looked for upwards. */
const NEXT = 50;

/** Ports given out by this process whose owners may not listen yet. */
const givenHere = new Set<number>();

/** Whether a program could listen on this port of 127.0.0.1 now. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A port for each wish.
 *
 * @param wishes What is wished, by name.
 * @param reserved Ports that belong to processes that may be down just now.
 * @param given Ports that were given out already and may not be listened on yet; those chosen now are added.
 * @throws Error naming the port when an exact one is taken, or when none is free.
 */
export async function choosePorts(
  wishes: Readonly<Record<string, PortWish>>,
  reserved: ReadonlySet<number>,
  given = givenHere,
): Promise<Record<string, number>> {
  const chosen: Record<string, number> = {};
  for (const [name, wish] of Object.entries(wishes)) chosen[name] = await choosePort(wish, reserved, given);
  return chosen;
}

async function choosePort({ exact, preferred }: PortWish, reserved: ReadonlySet<number>, given: Set<number>): Promise<number> {
  const take = (port: number): number => {
    given.add(port);
    return port;
  };
  if (exact !== undefined) {
    if (!given.has(exact) && (await isFree(exact))) return take(exact);
    throw new Error(`port ${exact} is taken by another program on this machine; choose another, or stop that program`);
  }
  const span = LAST - FIRST + 1;
  const start = Math.floor(Math.random() * span);
  const candidates =
    preferred === undefined
      ? Array.from({ length: span }, (_, i) => FIRST + ((start + i) % span))
      : Array.from({ length: NEXT }, (_, i) => preferred + i);
  for (const port of candidates) {
    if (!reserved.has(port) && !given.has(port) && (await isFree(port))) return take(port);
  }
  throw new Error(`no port is free from ${candidates[0] ?? FIRST} to ${candidates.at(-1) ?? LAST}`);
}
