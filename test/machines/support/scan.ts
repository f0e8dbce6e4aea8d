import { connect } from "node:net";

/** How long a port may take to say something, in milliseconds; all of it is on one machine. */
const SILENT_AFTER = 700;
/** How many are asked at once. */
const AT_ONCE = 2_000;

/** Prints which ports of which addresses take a connection, and which refuse one; the others say nothing. */
async function main(addresses: readonly string[], ports: readonly number[]): Promise<void> {
  const asked = addresses.flatMap((address) => ports.map((port) => ({ address, port })));
  const found: Record<string, Record<string, string>> = {};
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let next = asked.pop(); next !== undefined; next = asked.pop()) {
      const { address, port } = next;
      const said = await ask(address, port);
      if (said !== undefined) (found[address] ??= {})[String(port)] = said;
    }
  });
  await Promise.all(workers);
  process.stdout.write(JSON.stringify(found));
}

function ask(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (said: string | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(said);
    };
    const timer = setTimeout(() => end(undefined), SILENT_AFTER);
    socket.once("connect", () => end("open"));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code === "ECONNREFUSED" ? "refused" : error.code));
  });
}

const { addresses, ports } = JSON.parse(process.argv[2] ?? "") as { addresses: string[]; ports: number[] };
void main(addresses, ports);
