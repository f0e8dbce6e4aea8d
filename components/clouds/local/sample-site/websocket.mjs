/** Longest message that is sent back, in bytes. */
const LONGEST_MESSAGE = 65_535;
/** Why a connection is closed: the server goes away (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;

/**
 * WebSockets that send back every message. `ws` is loaded for the first of them, since that takes longer than the start of the
 * whole site.
 */
export class EchoSockets {
  #headers;
  #goingAway = false;
  /** @type {Promise<import("ws").WebSocketServer> | undefined} */
  #server;

  /** @param {Record<string, string>} headers of each handshake's answer */
  constructor(headers) {
    this.#headers = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  }

  /**
   * Answers a handshake.
   *
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:stream").Duplex} socket
   * @param {Buffer} head what the client has sent already
   */
  async accept(request, socket, head) {
    socket.on("error", () => socket.destroy());
    const server = this.#goingAway ? undefined : await (this.#server ??= this.#load());
    if (server === undefined || this.#goingAway) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n");
      return;
    }
    server.handleUpgrade(request, socket, head, (client) => {
      client.on("message", (data, binary) => client.send(data, { binary }));
      // It is closed with the code that fits, such as 1009 for a message that is too long.
      client.on("error", () => undefined);
    });
  }

  /** Closes all of them, and accepts no more. */
  goAway() {
    this.#goingAway = true;
    void this.#server?.then(({ clients }) => clients.forEach((client) => client.close(GOING_AWAY)));
  }

  async #load() {
    const { WebSocketServer } = await import("ws");
    const server = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE, perMessageDeflate: false });
    server.on("headers", (headers) => headers.push(...this.#headers));
    return server;
  }
}
