/** What is left to read of an answer. */
type Part = "head" | "body" | "chunk-size" | "chunk" | "chunk-end" | "trailers" | "until-close" | "done";

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const CHUNK_SIZE = /^([0-9a-f]{1,12})[ \t]*(?:;|$)/i;
/** Longest head or chunk line that is read: more is junk, not patience. */
const MAX_LINE_BYTES = 65_536;

/** Thrown by `read` for bytes that are no HTTP/1 answer. */
export class JunkAnswer extends Error {}

/** Reads one HTTP/1.0 or 1.1 answer from the bytes of a connection; the body is read over, not kept. */
export class AnswerReader {
  #part: Part = "head";
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  #bytes = 0;
  #bodyBytes = 0;
  #status = 0;
  #keepAlive = false;
  #headers = new Map<string, string>();

  /** @param method of the request: the answer to a HEAD has no body, whatever its headers say. */
  constructor(private readonly method: string) {}

  get done(): boolean {
    return this.#part === "done";
  }

  /** Bytes read so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of the body read so far, without what its form adds. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  get status(): number {
    return this.#status;
  }

  /** Whether the server lets the connection be used again, and nothing is on it that nobody asked for. */
  get keepAlive(): boolean {
    return this.#keepAlive && this.#rest.length === 0;
  }

  /** Value of a header by its lower-case name; of several, all. */
  header(name: string): string | undefined {
    return this.#headers.get(name);
  }

  /** Takes the next bytes. @throws JunkAnswer */
  read(bytes: Buffer): void {
    this.#bytes += bytes.length;
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#step());
  }

  /** The connection has ended: true if that ends the answer too, as it does for a body of unknown length. */
  end(): boolean {
    if (this.#part === "until-close") this.#part = "done";
    return this.done;
  }

  /** Reads one part; false if more bytes are needed, or none. */
  #step(): boolean {
    switch (this.#part) {
      case "head": {
        const head = this.#upTo("\r\n\r\n");
        return head !== undefined && this.#head(head);
      }
      case "body":
      case "chunk": {
        const taken = Math.min(this.#left, this.#rest.length);
        this.#rest = this.#rest.subarray(taken);
        this.#left -= taken;
        this.#bodyBytes += taken;
        if (this.#left > 0) return false;
        return this.#go(this.#part === "body" ? "done" : "chunk-end");
      }
      case "chunk-size": {
        const line = this.#upTo("\r\n");
        if (line === undefined) return false;
        const size = CHUNK_SIZE.exec(line)?.[1];
        if (size === undefined) throw new JunkAnswer(`"${line.slice(0, 40)}" is no size of a chunk`);
        this.#left = Number.parseInt(size, 16);
        return this.#go(this.#left === 0 ? "trailers" : "chunk");
      }
      case "chunk-end": {
        const line = this.#upTo("\r\n");
        if (line === undefined) return false;
        if (line !== "") throw new JunkAnswer("a chunk is longer than its size");
        return this.#go("chunk-size");
      }
      case "trailers": {
        const line = this.#upTo("\r\n");
        return line !== undefined && this.#go(line === "" ? "done" : "trailers");
      }
      case "until-close":
        this.#bodyBytes += this.#rest.length;
        this.#rest = Buffer.alloc(0);
        return false;
      case "done":
        return false;
    }
  }

  #head(head: string): boolean {
    const [statusLine = "", ...lines] = head.split("\r\n");
    const [, minor, status] = STATUS_LINE.exec(statusLine) ?? [];
    if (status === undefined) throw new JunkAnswer(`"${statusLine.slice(0, 40)}" is no status line`);
    this.#status = Number(status);
    this.#headers = headersOf(lines);
    // Early words such as 100 or 103: the answer itself is still to come.
    if (this.#status < 200) return this.#go("head");

    const connection = (this.header("connection") ?? "").toLowerCase();
    this.#keepAlive = minor === "1" ? !connection.includes("close") : connection.includes("keep-alive");
    if (this.method === "HEAD" || this.#status === 204 || this.#status === 304) return this.#go("done");
    if ((this.header("transfer-encoding") ?? "").toLowerCase().includes("chunked")) return this.#go("chunk-size");
    const length = this.header("content-length");
    if (length === undefined) {
      this.#keepAlive = false;
      return this.#go("until-close");
    }
    if (!/^\d{1,15}$/.test(length)) throw new JunkAnswer(`content-length is "${length.slice(0, 40)}"`);
    this.#left = Number(length);
    return this.#go(this.#left === 0 ? "done" : "body");
  }

  #go(part: Part): true {
    this.#part = part;
    return true;
  }

  /** Text before `end`, which is taken away with it; undefined if it is not here yet. */
  #upTo(end: string): string | undefined {
    const at = this.#rest.indexOf(end);
    if (at > MAX_LINE_BYTES || (at < 0 && this.#rest.length > MAX_LINE_BYTES))
      throw new JunkAnswer(`no end of line within ${MAX_LINE_BYTES} bytes`);
    if (at < 0) return undefined;
    const text = this.#rest.toString("latin1", 0, at);
    this.#rest = this.#rest.subarray(at + end.length);
    return text;
  }
}

function headersOf(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new JunkAnswer(`"${line.slice(0, 40)}" is no header`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}
