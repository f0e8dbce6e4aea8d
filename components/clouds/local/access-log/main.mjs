/**
 * Takes a balancer's access log from UDP datagrams of 127.0.0.1, a line each, and writes it to `access.log` in its working folder.
 * A file that is full becomes `access.log.1`, that one `access.log.2`, and so on. HAProxy writes to nobody that it would have to wait
 * for: what comes faster than it can be written is dropped here, and counted. On TCP at the same port it answers over HTTP what it did.
 *
 * Settings, in the environment: `PORT`, `FILE_BYTES` (most in one file), `FILES` (how many are kept, the one in use included).
 */
import { createSocket } from "node:dgram";
import { appendFile, rename, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";

const FILE = "access.log";
/** Most that waits to be written, in bytes; a disk that hangs must not fill the memory. */
const MOST_WAITING = 16 * 2 ** 20;

const port = Number(process.env.PORT);
const fileBytes = Number(process.env.FILE_BYTES);
const files = Number(process.env.FILES);

/** @type {Buffer[]} */
let waiting = [];
let waitingBytes = 0;
let written = 0;
let dropped = 0;
/** @type {Promise<void> | undefined} */
let writing;

const receiver = createSocket({ type: "udp4", recvBufferSize: 4 * 2 ** 20 });
receiver.on("message", (line) => {
  if (waitingBytes + line.length > MOST_WAITING) {
    dropped += 1;
    return;
  }
  waiting.push(line);
  waitingBytes += line.length;
  writing ??= write().finally(() => (writing = undefined));
});
const door = createServer((_request, response) => response.end(JSON.stringify({ written, dropped })));
for (const either of [receiver, door]) either.once("error", fail);
receiver.bind(port, "127.0.0.1", () => door.listen(port, "127.0.0.1"));
for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT"])) {
  process.once(signal, () => {
    receiver.close();
    void Promise.resolve(writing).then(() => process.exit(0));
  });
}

/** Writes what waits, until nothing does. */
async function write() {
  let size = await stat(FILE).then(
    (file) => file.size,
    () => 0,
  );
  while (waiting.length > 0) {
    const lines = waiting;
    waiting = [];
    try {
      for (const [index, chunk] of chunks(lines, fileBytes, size).entries()) {
        if (index > 0) {
          await rotate();
          size = 0;
        }
        await appendFile(FILE, chunk, { mode: 0o600 });
        size += chunk.length;
      }
      written += lines.length;
    } catch (error) {
      // A full disk is no reason to end: the balancer serves on, and so does whoever counts.
      dropped += lines.length;
      console.error(`${lines.length} lines are lost: ${String(error)}`);
    }
    waitingBytes -= lines.reduce((sum, line) => sum + line.length, 0);
  }
}

/**
 * Whole lines together, as many as fit into a file; the first of them into the one in use, which may have room for none.
 *
 * @param {readonly Buffer[]} lines
 * @param {number} most
 * @param {number} used Bytes in the file in use.
 */
function chunks(lines, most, used) {
  /** @type {Buffer[][]} */
  const all = [[]];
  let size = used;
  for (const line of lines) {
    const whole = line.at(-1) === 0x0a ? line : Buffer.concat([line, Buffer.from("\n")]);
    if (size > 0 && size + whole.length > most) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(whole);
    size += whole.length;
  }
  return all.map((chunk) => Buffer.concat(chunk));
}

/** Makes room for a new file; the oldest one goes. */
async function rotate() {
  const name = (/** @type {number} */ number) => (number === 0 ? FILE : `${FILE}.${number}`);
  for (let number = files - 1; number > 0; number--) await rename(name(number - 1), name(number)).catch(() => undefined);
  if (files === 1) await rm(FILE, { force: true });
}

/** @param {Error} error */
function fail(error) {
  console.error(`The access log can't be taken at port ${port} of 127.0.0.1: ${error.message}`);
  process.exit(1);
}
