import { isFree } from "../../provider/process/ports";

/** Beside the ports that balancers choose for themselves, and below those of outgoing connections. */
const FIRST = 10_000;
const LAST = 19_999;

/** Ports of 127.0.0.1 that a test may name in a stack file. */
export async function freePorts<Name extends string>(...names: Name[]): Promise<Record<Name, number>> {
  const ports: number[] = [];
  while (ports.length < names.length) ports.push(await freePort(ports));
  return Object.fromEntries(names.map((name, i) => [name, ports[i] ?? 0])) as Record<Name, number>;
}

async function freePort(others: readonly number[]): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (!others.includes(port) && (await isFree(port))) return port;
  }
}
