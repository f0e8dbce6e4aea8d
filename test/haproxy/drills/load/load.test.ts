import http from "node:http";
import net, { type Socket } from "node:net";
import { expect } from "chai";
import { startLoad, type Load, type LoadOptions } from "../../../../drills/load/load";
import { rejection } from "../../../unit/drills/load/rejection";
import { closed, closedUrl, hungListener, listen } from "./servers";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

describe("A load", () => {
  const cleanups: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    const results = await Promise.allSettled(cleanups.splice(0).map((clean) => clean()));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  });

  /** A server of raw sockets; `onRequest` gets each piece of data, which on loopback is one request. */
  async function server(onRequest: (socket: Socket, nth: number, text: string) => void, onConnection?: (socket: Socket) => void) {
    const seen = { connections: 0, ids: [] as string[] };
    const sockets = new Set<Socket>();
    const listener = net.createServer((socket) => {
      seen.connections += 1;
      sockets.add(socket);
      let nth = 0;
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        seen.ids.push(/x-request-id: (\S+)/.exec(data.toString())?.[1] ?? "none");
        nth += 1;
        onRequest(socket, nth, data.toString());
      });
      onConnection?.(socket);
    });
    const url = await listen(listener);
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      await closed(listener);
    });
    return { url, seen };
  }

  async function load(options: LoadOptions): Promise<Load> {
    const started = await startLoad({ timeoutMs: 5000, ...options });
    cleanups.push(() => started.stop());
    return started;
  }

  /** Loads `url` until `count` requests have ended, and stops. */
  async function loadOf(count: number, options: LoadOptions) {
    const running = await load(options);
    await running.until(({ succeeded, failed }) => succeeded + failed >= count);
    return running.stop();
  }

  it("counts every request that it sends, and the server sees each exactly once", async () => {
    for (const keepAlive of [true, false]) {
      const { url, seen } = await server((socket) => socket.write(OK));
      const result = await loadOf(200, { url, keepAlive, requestsPerSecond: keepAlive ? 1000 : 100 });
      expect(result).to.include({ succeeded: result.sent, failed: 0 });
      expect(result.failures).to.deep.equal({});
      expect(new Set(seen.ids).size).to.equal(result.sent);
      expect(seen.ids).to.have.length(result.sent);
      if (keepAlive) expect(seen.connections).to.be.below(result.sent);
      else expect(seen.connections).to.equal(result.sent);
    }
  });

  it("sees each way in which a server can fail, and never tries again", async () => {
    const ways: [kind: string, onRequest: (socket: Socket) => void][] = [
      ["eof", (socket) => socket.end()],
      ["eof", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")],
      ["reset", (socket) => socket.resetAndDestroy()],
      ["http-503", (socket) => socket.write("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")],
      ["junk", (socket) => socket.write("SSH-2.0-OpenSSH\r\n\r\n")],
    ];
    for (const [kind, onRequest] of ways) {
      const { url, seen } = await server(onRequest);
      const result = await loadOf(50, { url, requestsPerSecond: 1000 });
      expect(result.failures).to.deep.equal({ [kind]: result.sent });
      expect(result).to.include({ succeeded: 0, failed: result.sent });
      expect(seen.ids, kind).to.have.length(result.sent);
      expect(result.firstFailures).to.have.length(20);
      expect(seen.ids).to.include.members(result.firstFailures.map(({ requestId }) => requestId));
    }
  });

  it("sees a server that closes on accept", async () => {
    const { url, seen } = await server(
      () => undefined,
      (socket) => socket.resetAndDestroy(),
    );
    const result = await loadOf(50, { url, requestsPerSecond: 1000 });
    expect(result.failed).to.equal(result.sent);
    expect(
      Object.keys(result.failures).every((kind) => kind === "reset" || kind === "eof" || kind === "error-ECONNRESET"),
    ).to.equal(true);
    expect(seen.connections).to.equal(result.sent);
  });

  it("sees that nobody listens", async () => {
    const result = await loadOf(50, { url: await closedUrl(), requestsPerSecond: 1000 });
    expect(result.failures).to.deep.equal({ refused: result.sent });
    expect(result.firstFailures[0]?.detail).to.match(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  });

  it("tells an error on a reused connection from one on a fresh connection", async () => {
    for (const [kind, cut] of [
      ["stale-eof", (socket: Socket) => socket.end()],
      ["stale-reset", (socket: Socket) => socket.resetAndDestroy()],
    ] as const) {
      const { url, seen } = await server((socket, nth) => (nth === 1 ? socket.write(OK) : cut(socket)));
      const running = await load({ url, requestsPerSecond: 200 });
      await running.until(({ failed }) => failed >= 10);
      const result = await running.stop();
      expect(result.failures).to.deep.equal({ [kind]: result.failed });
      expect(seen.ids).to.have.length(result.sent);
    }
  });

  it("counts what races with a server that closes idle connections, and nothing else", async () => {
    const { url, seen } = await server((socket) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 5);
    });
    const result = await loadOf(300, { url, requestsPerSecond: 1000 });
    const { "stale-eof": eof = 0, "stale-reset": reset = 0 } = result.failures;
    expect(eof + reset).to.equal(result.failed);
    for (const { detail } of result.firstFailures) expect(detail).to.match(/that had lain unused for \d+ ms$/);
    expect(result.succeeded).to.be.above(0);
    // What met a closed connection never got to the server, and was not sent once more.
    expect(seen.ids.length).to.be.within(result.succeeded, result.sent);
    expect(new Set(seen.ids).size).to.equal(seen.ids.length);
  });

  it("uses no connection again that has lain unused for longer than it may", async () => {
    const { url, seen } = await server((socket) => socket.write(OK));
    const result = await loadOf(40, { url, requestsPerSecond: 50, maxUnusedMs: 1 });
    expect(result.failures).to.deep.equal({});
    expect(seen.connections).to.be.above(result.sent / 2);
  });

  it("keeps its pace while the server stalls, and counts each request that times out", async () => {
    const { url, seen } = await server(() => undefined);
    const running = await load({ url, requestsPerSecond: 1000, timeoutMs: 200 });
    const stalled = await running.until(({ sent }) => sent >= 100);
    expect(stalled.succeeded).to.equal(0);
    await running.until(({ failed }) => failed >= 50);
    const result = await running.stop();
    expect(result.failures).to.deep.equal({ timeout: result.sent });
    expect(seen.ids).to.have.length(result.sent);
    expect(result.latency.p99).to.be.NaN;
  });

  it("tells a connection that never came about from an answer that never came", async () => {
    const { url, end } = await hungListener();
    cleanups.push(end);
    const running = await load({ url, requestsPerSecond: 100, connectTimeoutMs: 100, timeoutMs: 400 });
    await running.until(({ failures }) => (failures["connect-timeout"] ?? 0) >= 5 && (failures.timeout ?? 0) >= 1);
    const result = await running.stop();
    const { "connect-timeout": unconnected = 0, timeout = 0 } = result.failures;
    expect(unconnected + timeout).to.equal(result.sent);
  });

  it("opens no more connections than it may, and says so of what it could not send", async () => {
    const { url, seen } = await server(() => undefined);
    // One connection, and no timer is shorter than two arrivals: it cannot even be given to each in time.
    const running = await load({ url, requestsPerSecond: 2000, timeoutMs: 100, maxConnections: 1 });
    await running.until(({ failures }) => (failures["no-connection"] ?? 0) >= 50);
    const result = await running.stop();
    const { "no-connection": unsent = 0, timeout = 0, "connect-timeout": unconnected = 0 } = result.failures;
    expect(unsent + timeout + unconnected).to.equal(result.sent);
    expect(seen.ids.length).to.be.at.most(timeout + unconnected);
    expect(result.behindMs).to.be.at.least(90);
  });

  it("understands every form of body, and a server that ends connections itself", async () => {
    const forms: [status: number, headers: Record<string, string>][] = [
      [200, { "transfer-encoding": "chunked" }],
      [200, { "content-length": "4" }],
      [200, { connection: "close" }],
      [204, {}],
      [304, {}],
    ];
    let turn = 0;
    const listener = http.createServer((request, response) => {
      const [status, headers] = forms[(turn += 1) % forms.length] ?? expect.fail();
      response.writeHead(status, { "x-evenkeel-server": `web-${status}`, ...headers });
      request.resume().on("end", () => response.end(status === 200 ? "body" : undefined));
    });
    const url = await listen(listener);
    cleanups.push(() => {
      listener.closeAllConnections();
      return closed(listener);
    });
    for (const method of ["GET", "HEAD", "POST"]) {
      const before = turn;
      const result = await loadOf(50, { url, method, requestsPerSecond: 100, ...(method === "POST" ? { body: "größer" } : {}) });
      expect(result.failures).to.deep.equal({});
      expect(turn - before).to.equal(result.sent);
      expect(Object.keys(result.byServer)).to.have.members(["web-200", "web-204", "web-304"]);
      expect(Object.values(result.byServer).reduce((sum, count) => sum + count)).to.equal(result.sent);
    }
  });

  it("understands HTTP/1.0, whose body ends with the connection", async () => {
    const { url, seen } = await server((socket) => socket.end("HTTP/1.0 200 OK\r\n\r\nall of it"));
    const result = await loadOf(50, { url, requestsPerSecond: 100 });
    expect(result.failures).to.deep.equal({});
    expect(seen.connections).to.equal(result.sent);
  });

  it("sends what it is told to", async () => {
    let text = "";
    const { url } = await server((socket, _, request) => {
      text = request;
      socket.write(OK);
    });
    await loadOf(1, {
      url: `${url}/old`,
      path: "/orders?new=1",
      method: "POST",
      body: "größer",
      headers: { host: "shop.example.com", cookie: "beta=1" },
      keepAlive: false,
      requestsPerSecond: 50,
    });
    expect(text.replace(/x-request-id: \S+/, "x-request-id: ID")).to.equal(
      "POST /orders?new=1 HTTP/1.1\r\nx-request-id: ID\r\nhost: shop.example.com\r\nconnection: close\r\ncontent-length: 8\r\ncookie: beta=1\r\n\r\ngrößer",
    );
  });

  it("takes a status that is expected as a success, and any other as a failure", async () => {
    const { url } = await server((socket) => socket.write("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"));
    expect(await loadOf(20, { url, requestsPerSecond: 500, expectStatus: 404 })).to.include({ failed: 0 });
    const result = await loadOf(20, { url, requestsPerSecond: 500, expectStatus: 200 });
    expect(result.failures).to.deep.equal({ "http-404": result.sent });
  });

  it("gives several addresses their turn, whether or not one answers", async () => {
    const { url, seen } = await server((socket) => socket.write(OK));
    const result = await loadOf(100, { urls: [url, await closedUrl()], requestsPerSecond: 1000 });
    expect(result.failures).to.deep.equal({ refused: Math.floor(result.sent / 2) });
    expect(seen.ids).to.have.length(Math.ceil(result.sent / 2));
  });

  it("stops with the requests in flight answered, and once only", async () => {
    const held: Socket[] = [];
    const { url } = await server((socket) => held.push(socket));
    const running = await load({ url, requestsPerSecond: 200 });
    await running.until(({ sent }) => sent >= 10);
    const stopping = running.stop();
    const answering = setInterval(() => held.splice(0).forEach((socket) => socket.write(OK)), 1);
    const result = await stopping.finally(() => clearInterval(answering));
    expect(result).to.include({ succeeded: result.sent, failed: 0 });
    expect(await running.stop()).to.equal(result);
  });

  it("says when what is awaited is not seen", async () => {
    const { url } = await server(() => undefined);
    const running = await load({ url, requestsPerSecond: 1, timeoutMs: 50 });
    const error = await rejection(running.until(({ succeeded }) => succeeded > 0, 0));
    expect(error.message).to.match(/^Not seen within 0 ms: \d failed of 1.* \(no success, longest gap \d+ ms\)$/);
  });

  it("names every problem of its options", async () => {
    const options = {
      url: "ftp://shop",
      requestsPerSecond: 0,
      timeoutMs: 0,
      maxUnusedMs: 0,
      path: "orders",
      headers: { Connection: "close", "a b": "" },
    };
    expect((await rejection(startLoad(options))).message).to.equal(
      [
        "The load cannot start:",
        "  url is ftp://shop, but must begin with http:// or https://",
        "  requestsPerSecond is 0, but must be more than 0 and at most 4000",
        "  maxUnusedMs is 0, but must be from 1 and at most 600000",
        "  timeoutMs is 0, but must be from 1 and at most 600000",
        "  path is orders, but must begin with / and have no space",
        "  headers.Connection is set by the load itself",
        "  headers.a b has a character that no header may have",
      ].join("\n"),
    );
    expect((await rejection(startLoad({ requestsPerSecond: 1 }))).message).to.equal(
      "The load cannot start:\n  url is to be given, or urls with at least one, not both",
    );
  });
});
