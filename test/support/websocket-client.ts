import { randomBytes } from "node:crypto";
import { once } from "node:events";
import * as http from "node:http";
import type { Socket } from "node:net";

/** One WebSocket, on which something short is said when a test wants it. */
export class WebSocketClient {
  private closed = false;
  private received: Buffer = Buffer.alloc(0);
  private changed = (): void => undefined;

  private constructor(
    private readonly socket: Socket,
    /** The server that has it, as its handshake says. */
    readonly server: string,
    head: Buffer,
  ) {
    this.received = head;
    socket.on("data", (bytes: Buffer) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.changed();
    });
    for (const event of ["end", "close", "error"])
      socket.on(event, () => {
        this.closed = true;
        this.changed();
      });
  }

  /** Opens one at a page's address. */
  static async to(url: string): Promise<WebSocketClient> {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
    };
    const request = http.get(url, { agent: false, headers });
    const [response, socket, head] = (await once(request, "upgrade")) as [http.IncomingMessage, Socket, Buffer];
    return new WebSocketClient(socket, String(response.headers["x-evenkeel-server"]), head);
  }

  /** Whether what is said comes back; false once it is closed. */
  async echoes(text = "hello"): Promise<boolean> {
    const [mask, payload] = [randomBytes(4), Buffer.from(text)];
    const expected = Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
    if (!this.closed)
      this.socket.write(
        Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]),
      );
    while (!this.closed && this.received.length < expected.length) await new Promise<void>((resolve) => (this.changed = resolve));
    const said = this.received.subarray(0, expected.length);
    this.received = this.received.subarray(expected.length);
    return said.equals(expected);
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
