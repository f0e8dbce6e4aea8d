import * as http from "node:http";
import * as net from "node:net";
import { expect } from "chai";
import { reasonAgainst } from "../../../../provider/transport/probe";
import { scratch } from "../../../support/scratch";

describe("A probe over HTTP", () => {
  const made = scratch();

  const answering = async (status: number) => made.listen(http.createServer((_, response) => response.writeHead(status).end()));
  const ask = async (port: number, more: { path?: string; host?: string; timeout?: number } = {}) =>
    reasonAgainst({ address: "127.0.0.1", port, path: "/healthz", timeout: 5_000, ...more });
  /** A server of raw sockets. */
  const raw = async (onRequest: (socket: net.Socket) => void) =>
    made.listen(
      net.createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => onRequest(socket));
      }),
    );

  it("has nothing against an answer from 200 to 399, as HAProxy's check", async () => {
    for (const status of [200, 204, 301, 399]) expect(await ask(await answering(status)), String(status)).to.equal(undefined);
  });

  it("says which other answer came", async () => {
    for (const status of [400, 404, 500, 503]) {
      const port = await answering(status);
      expect(await ask(port)).to.equal(`GET http://127.0.0.1:${port}/healthz answered ${status}`);
    }
  });

  it("says that nobody listens", async () => {
    const server = http.createServer();
    const port = await made.listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await ask(port)).to.equal(`GET http://127.0.0.1:${port}/healthz: connection refused`);
  });

  it("says that no answer came in time", async () => {
    const port = await made.silence();
    expect(await ask(port, { timeout: 30 })).to.equal(`GET http://127.0.0.1:${port}/healthz: no answer in 30 ms`);
  });

  it("gives the whole answer its time, not each byte of it", async () => {
    // A server that is stuck may still trickle: here it takes twenty times as long as it may.
    const port = await raw((socket) => {
      let bytes = 0;
      socket.write("HTTP/1.1 200 OK\r\nx-slow: ");
      const trickle = setInterval(() => {
        socket.write("x");
        if (++bytes < 80) return;
        clearInterval(trickle);
        socket.end("\r\ncontent-length: 0\r\n\r\n");
      }, 10);
      socket.once("close", () => clearInterval(trickle));
    });
    expect(await ask(port, { timeout: 40 })).to.equal(`GET http://127.0.0.1:${port}/healthz: no answer in 40 ms`);
  });

  it("says that the server hung up, or speaks another language", async () => {
    const hangsUp = await raw((socket) => socket.destroy());
    expect(await ask(hangsUp)).to.equal(`GET http://127.0.0.1:${hangsUp}/healthz: socket hang up`);
    const speaksOther = await raw((socket) => socket.end("SSH-2.0-OpenSSH\r\n\r\n"));
    expect(await ask(speaksOther)).to.match(/^GET http:\/\/127\.0\.0\.1:\d+\/healthz: Parse Error/);
  });

  it("does not wait for the end of the answer", async () => {
    const port = await raw((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"));
    expect(await ask(port)).to.equal(undefined);
  });

  it("asks for the path, with a Host header where one is wished, on a connection of its own", async () => {
    const seen: string[] = [];
    const port = await made.listen(
      http.createServer((request, response) => {
        seen.push([request.method, request.url, request.headers.host, request.headers.connection].join(" "));
        response.end();
      }),
    );
    await ask(port, { path: "/up?deep=1" });
    await ask(port, { host: "shop.example" });
    expect(seen).to.deep.equal([`GET /up?deep=1 127.0.0.1:${port} close`, "GET /healthz shop.example close"]);
  });
});
