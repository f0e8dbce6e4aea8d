import { createSocket } from "node:dgram";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A name server on loopback, over TCP and UDP. */
export interface NameServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** The names that lead nowhere. */
  readonly unknown: Set<string>;
  close(): Promise<void>;
}

const TYPE_A = 1;
const NO_SUCH_NAME = 3;

/** Starts a name server for which every name is an address of this machine, but for those that are unknown to it. */
export async function startNameServer(): Promise<NameServer> {
  const unknown = new Set<string>();
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    let received = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("close", () => connections.delete(socket));
    socket.on("data", (part: Buffer) => {
      received = Buffer.concat([received, part]);
      // Each message comes after its length (RFC 1035, 4.2.2).
      for (let end = messageEnd(received); received.length >= end; end = messageEnd(received)) {
        const answer = answerTo(received.subarray(2, end), unknown);
        socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer]));
        received = received.subarray(end);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // Programs differ in which of the two they ask by.
  const udp = createSocket("udp4");
  udp.on("message", (query, from) => udp.send(answerTo(query, unknown), from.port, from.address));
  await new Promise<void>((resolve) => udp.bind(port, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${port}`,
    unknown,
    async close() {
      for (const socket of connections) socket.destroy();
      await new Promise<void>((resolve) => udp.close(resolve));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function messageEnd(received: Buffer): number {
  return received.length < 2 ? Infinity : 2 + received.readUInt16BE(0);
}

/** The answer to one question (RFC 1035, 4.1); whatever is asked besides is left out. */
function answerTo(query: Buffer, unknown: ReadonlySet<string>): Buffer {
  const [name, end] = nameAt(query, 12);
  const type = query.readUInt16BE(end);
  const isUnknown = unknown.has(name);
  const answers = type === TYPE_A && !isUnknown ? 1 : 0;
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8580 | (isUnknown ? NO_SUCH_NAME : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers, 6);
  const record = Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, query.subarray(12, end + 4), ...(answers === 1 ? [record] : [])]);
}

/** The name at a place, in lower case, and the place after it. */
function nameAt(message: Buffer, start: number): [name: string, end: number] {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return [labels.join(".").toLowerCase(), at + 1];
}
