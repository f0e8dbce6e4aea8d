import { createHash } from "node:crypto";

/** What the key of a handshake is hashed with (RFC 6455, 1.3). */
const HANDSHAKE_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Longest message that is said back, in bytes. */
const LONGEST_MESSAGE = 65_535;
const OPCODE = { close: 8, ping: 9, pong: 10 };
/** Why a connection is closed (RFC 6455, 7.4.1). */
export const CLOSE = { goingAway: 1001, protocolError: 1002, tooBig: 1009 };

/**
 * The answer to a handshake, or undefined for a request that is none.
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {Record<string, string>} headers further ones
 */
export function handshake(request, headers) {
  const key = request.headers["sec-websocket-key"];
  if (request.headers.upgrade?.toLowerCase() !== "websocket" || key === undefined) return undefined;
  const accept = createHash("sha1").update(`${key}${HANDSHAKE_SUFFIX}`).digest("base64");
  const all = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-accept": accept, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`;
}

/** One WebSocket, which says back whatever it is told. */
export class EchoSocket {
  #socket;
  #closing = false;
  /** @type {Buffer} What has come of a frame that is not whole yet. */
  #rest;

  /**
   * @param {import("node:stream").Duplex} socket after the handshake
   * @param {Buffer} head what the client has said already
   */
  constructor(socket, head) {
    this.#socket = socket;
    this.#rest = head;
    socket.on("data", (/** @type {Buffer} */ bytes) => {
      this.#rest = Buffer.concat([this.#rest, bytes]);
      this.#read();
    });
    socket.on("end", () => socket.end());
    this.#read();
  }

  /**
   * Says why it ends, and ends. The client answers that by closing its side.
   *
   * @param {number} code
   */
  close(code) {
    if (this.#closing) return;
    const reason = Buffer.alloc(2);
    reason.writeUInt16BE(code);
    this.#finish(reason);
  }

  #read() {
    for (let frame = nextFrame(this.#rest); frame !== undefined; frame = nextFrame(this.#rest)) {
      if (this.#closing) return;
      if ("wrong" in frame) {
        this.close(frame.wrong);
        return;
      }
      this.#rest = this.#rest.subarray(frame.bytes);
      const opcode = frame.first & 15;
      if (opcode === OPCODE.close) this.#finish(frame.payload);
      else if (opcode === OPCODE.ping) this.#write(0x80 | OPCODE.pong, frame.payload);
      // Frame by frame: a message in fragments comes back in the same ones.
      else if (opcode !== OPCODE.pong) this.#write(frame.first, frame.payload);
    }
  }

  /** @param {Buffer} payload */
  #finish(payload) {
    this.#write(0x80 | OPCODE.close, payload);
    this.#closing = true;
    this.#socket.end();
  }

  /**
   * @param {number} first
   * @param {Buffer} payload
   */
  #write(first, payload) {
    const head = payload.length < 126 ? Buffer.from([first, payload.length]) : Buffer.from([first, 126, 0, 0]);
    if (head.length === 4) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}

/**
 * The frame that `bytes` begins with: undefined while it is not whole, or why it is none to be read.
 *
 * @param {Buffer} bytes
 * @returns {{ first: number, payload: Buffer, bytes: number } | { wrong: number } | undefined}
 */
function nextFrame(bytes) {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 127;
  // Clients mask what they say, always (RFC 6455, 5.1), and no extension was agreed on.
  if ((second & 128) === 0 || (first & 0x70) !== 0) return { wrong: CLOSE.protocolError };
  if (short === 127) return { wrong: CLOSE.tooBig };
  const start = short === 126 ? 4 : 2;
  if (bytes.length < start + 4) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  if (length > LONGEST_MESSAGE) return { wrong: CLOSE.tooBig };
  const end = start + 4 + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(start, start + 4);
  const payload = Buffer.from(bytes.subarray(start + 4, end)).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return { first, payload: Buffer.from(payload), bytes: end };
}
