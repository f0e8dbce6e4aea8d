import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** One connection that asks for a page when it is told to, and is idle in between, as a browser's is. */
export class KeepAliveClient {
  private closed = false;
  private received = "";

  private constructor(private readonly socket: Socket) {
    socket.setEncoding("utf8").on("data", (part: string) => (this.received += part));
    for (const event of ["end", "close", "error"]) socket.on(event, () => (this.closed = true));
  }

  /** Connects to a page's host and port. */
  static async to(url: string): Promise<KeepAliveClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new KeepAliveClient(socket);
  }

  /** The status that the page answers with; undefined when the connection is closed instead. */
  async get(path = "/whoami"): Promise<number | undefined> {
    this.received = "";
    if (!this.closed) this.socket.write(`GET ${path} HTTP/1.1\r\nhost: shop\r\n\r\n`);
    while (!this.closed && !this.received.includes("\r\n\r\n"))
      await Promise.race([once(this.socket, "data"), once(this.socket, "close")]);
    const status = /^HTTP\/1\.1 (\d+)/.exec(this.received)?.[1];
    return status === undefined ? undefined : Number(status);
  }

  /** Whether the other end has closed it. */
  isClosed(): boolean {
    return this.closed;
  }

  /** Closes it. */
  close(): void {
    this.socket.destroy();
  }
}
