import http from "node:http";
import { Socket } from "node:net";
import { expect } from "chai";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { openWebSockets, type WebSockets, type WebSocketsOptions } from "../../../../drills/load/websockets";
import { scratch } from "../../../support/scratch";

describe("WebSockets that are held open", () => {
  const made = scratch();

  /** A server of WebSockets that names itself; what becomes of each is told to `serve`. */
  async function server(serve: (socket: WebSocket, wire: Duplex) => void): Promise<string> {
    const sockets = new WebSocketServer({ noServer: true });
    sockets.on("headers", (headers) => headers.push("x-evenkeel-server: web-a-1"));
    const listener = http.createServer((_, answer) => answer.end());
    listener.on("upgrade", (request, wire, head) => sockets.handleUpgrade(request, wire, head, (socket) => serve(socket, wire)));
    return `ws://127.0.0.1:${await made.listen(listener)}/`;
  }

  const echo = (socket: WebSocket): unknown => socket.on("message", (data: Buffer) => socket.send(data.toString()));

  async function hold(url: string, options: Partial<WebSocketsOptions> = {}): Promise<WebSockets> {
    const sockets = await openWebSockets({ urls: { page: url }, connections: 4, everyMs: 5, timeoutMs: 5_000, ...options });
    made.later(() => sockets.stop());
    return sockets;
  }

  async function until(sockets: WebSockets, condition: (seen: Awaited<ReturnType<WebSockets["snapshot"]>>) => boolean) {
    for (;;) {
      const seen = await sockets.snapshot();
      if (condition(seen)) return seen;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it("lose nothing where nothing is lost, and an end of their own is no cut", async () => {
    const sockets = await hold(await server(echo));
    const seen = await until(sockets, ({ echoed }) => echoed >= 40);
    expect(seen.byServer).to.deep.equal({ "web-a-1": 4 });
    const result = await sockets.stop();
    expect(result).to.deep.include({ opened: 4, notOpened: [], lost: 0, cuts: [], byServer: {} });
    expect(result.sent).to.equal(result.echoed);
    expect(await sockets.stop()).to.equal(result);
  });

  const ways: [how: string, end: (socket: WebSocket, wire: Duplex) => unknown][] = [
    ["close-1001", (socket) => socket.close(1001)],
    ["eof", (_, wire) => wire.destroy()],
    ["reset", (_, wire) => wire instanceof Socket && wire.resetAndDestroy()],
    ["junk", (socket) => socket.send("something else")],
  ];
  for (const [how, end] of ways) {
    it(`see each that ends by ${how}, when, and what was lost with it`, async () => {
      const sockets = await hold(
        await server((socket, wire) => {
          let heard = 0;
          socket.on("message", (data: Buffer) => (++heard < 5 ? socket.send(data.toString()) : heard === 5 && end(socket, wire)));
        }),
      );
      await until(sockets, ({ cuts }) => cuts.length === 4);
      const { cuts, opened, sent, echoed, lost } = await sockets.stop();
      for (const cut of cuts) expect(cut).to.include({ via: "page", server: "web-a-1" });
      // Where a message is written into the reset, the system may tell the writer, and the reader of an end alone.
      for (const cut of cuts) expect(cut.how).to.be.oneOf(how === "reset" ? ["reset", "eof"] : [how]);
      expect(cuts.every(({ atMs, lost: messages }) => atMs > 0 && messages >= 1)).to.equal(true);
      expect({ opened, sent, echoed }).to.deep.equal({ opened: 4, sent: 16 + lost, echoed: 16 });
      expect(cuts.reduce((sum, cut) => sum + cut.lost, 0)).to.equal(lost);
    });
  }

  it("see one that is open and never answers", async () => {
    const sockets = await hold(await server(() => undefined), { timeoutMs: 1_000 });
    const { cuts, echoed } = await until(sockets, (seen) => seen.cuts.length === 4);
    expect(cuts.map(({ how }) => how)).to.deep.equal(["silent", "silent", "silent", "silent"]);
    expect(echoed).to.equal(0);
  });

  it("see one that is refused, and open none again", async () => {
    let asked = 0;
    const listener = http.createServer().on("upgrade", (_, wire) => {
      asked += 1;
      wire.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
    });
    const sockets = await hold(`ws://127.0.0.1:${await made.listen(listener)}/`);
    expect((await sockets.snapshot()).notOpened[0]).to.deep.equal({ via: "page", detail: "Unexpected server response: 503" });
    const { opened, notOpened, cuts } = await sockets.stop();
    expect({ opened, notOpened: notOpened.length, cuts, asked }).to.deep.equal({ opened: 0, notOpened: 4, cuts: [], asked: 4 });
  });
});
