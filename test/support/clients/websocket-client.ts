import { once } from "node:events";
import { WebSocket } from "ws";

/** One WebSocket, on which something short is said when a test wants it. `drills/load/websockets.ts` holds many that never stop. */
export class WebSocketClient {
  private readonly ended: Promise<unknown>;

  private constructor(
    private readonly socket: WebSocket,
    /** The server that has it, as its handshake says. */
    readonly server: string,
  ) {
    this.ended = new Promise((resolve) => socket.once("close", resolve));
    // How it ended does not matter here.
    socket.on("error", () => undefined);
  }

  /** Opens one at a page's address, `http://…`. */
  static async to(url: string): Promise<WebSocketClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    let server = "";
    socket.once("upgrade", ({ headers }) => (server = String(headers["x-evenkeel-server"])));
    await once(socket, "open");
    return new WebSocketClient(socket, server);
  }

  /** Whether what is said comes back; false once it is closed. */
  async echoes(text = "hello"): Promise<boolean> {
    if (this.isClosed()) return false;
    const said = new Promise<unknown>((resolve) => this.socket.once("message", resolve));
    this.socket.send(text);
    return String(await Promise.race([said, this.ended])) === text;
  }

  /** Whether either end has closed it. */
  isClosed(): boolean {
    return this.socket.readyState !== WebSocket.OPEN;
  }

  /** Closes it. */
  close(): void {
    this.socket.terminate();
  }
}
