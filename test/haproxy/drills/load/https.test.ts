import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";
import { expect } from "chai";
import { startLoad, type LoadOptions, type LoadResult } from "../../../../drills/load/load";
import { issue, makeAuthority } from "../../../../provider/keys/x509";
import { scratch } from "../../../support/scratch";

const NAME = "shop.example.com";

describe("A load over TLS", () => {
  const made = scratch();
  let identity: { key: string; cert: string };
  let ca: string;
  before(async () => {
    const authority = await makeAuthority(NAME);
    const { certificate, privateKey } = await issue({
      ...{ name: NAME, usage: "server", bridge: "" },
      ...{ authority: authority.certificate, authorityKey: authority.privateKey },
    });
    identity = { key: privateKey, cert: certificate };
    ca = authority.certificate;
  });

  async function loadOf(count: number, options: Omit<LoadOptions, "requestsPerSecond">): Promise<LoadResult> {
    const load = await startLoad({
      requestsPerSecond: options.keepAlive === false ? 20 : 100,
      timeoutMs: 15_000,
      headers: { host: NAME },
      ...options,
    });
    made.later(() => load.stop());
    await load.until(({ succeeded, failed }) => succeeded + failed >= count, 60_000);
    return load.stop();
  }

  it("asks for the name, trusts the authority that it is told, and counts each request", async () => {
    const names = new Set<unknown>();
    for (const keepAlive of [true, false]) {
      let connections = 0;
      const server = https.createServer(identity, (request, answer) => {
        if ("servername" in request.socket) names.add(request.socket.servername);
        answer.end("ok");
      });
      server.on("secureConnection", () => (connections += 1));
      const url = `https://127.0.0.1:${await made.listen(server)}/`;
      const result = await loadOf(20, { url, keepAlive, tls: { ca }, expectBytes: 2 });
      expect(result.failures).to.deep.equal({});
      if (keepAlive) expect(connections).to.be.below(result.sent);
      else expect(connections).to.equal(result.sent);
    }
    expect([...names]).to.deep.equal([NAME]);
  });

  it("sees a certificate that is not to be trusted, or is for another name", async () => {
    const url = `https://127.0.0.1:${await made.listen(https.createServer(identity, (_, answer) => answer.end()))}/`;
    for (const [failure, options] of [
      ["error-UNABLE_TO_VERIFY_LEAF_SIGNATURE", {}],
      ["error-ERR_TLS_CERT_ALTNAME_INVALID", { ca, serverName: "other.example.com" }],
    ] as const) {
      const result = await loadOf(20, { url, tls: options });
      expect(result.failures).to.deep.equal({ [failure]: result.sent });
    }
    expect((await loadOf(20, { url, tls: { verify: false } })).failures).to.deep.equal({});
  });

  it("sees a server that ends the handshake, and one that cuts an answer", async () => {
    const hangsUp = net.createServer((socket) => socket.resetAndDestroy());
    const refused = await loadOf(20, { url: `https://127.0.0.1:${await made.listen(hangsUp)}/`, tls: { verify: false } });
    expect(refused.failed).to.equal(refused.sent);
    for (const kind of Object.keys(refused.failures)) expect(kind).to.be.oneOf(["error-ECONNRESET", "eof", "reset"]);

    const cuts = tls.createServer(identity, (socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"));
    });
    const cut = await loadOf(20, { url: `https://127.0.0.1:${await made.listen(cuts)}/`, tls: { verify: false } });
    expect(cut.failures).to.deep.equal({ eof: cut.sent });
  });

  describe("with HTTP/2", () => {
    type Serve = (stream: http2.ServerHttp2Stream, nth: number) => void;
    const seen = { sessions: 0, ids: [] as unknown[], sockets: [] as { destroy(): void }[] };
    beforeEach(() => Object.assign(seen, { sessions: 0, ids: [], sockets: [] }));

    async function server(serve: Serve): Promise<string> {
      const listener = http2.createSecureServer(identity);
      listener.on("session", (session) => {
        seen.sessions += 1;
        session.on("error", () => undefined);
      });
      listener.on("secureConnection", (socket: tls.TLSSocket) => seen.sockets.push(socket));
      listener.on("stream", (stream, headers) => {
        seen.ids.push(headers["x-request-id"]);
        stream.on("error", () => undefined);
        serve(stream, seen.ids.length);
      });
      return `https://127.0.0.1:${await made.listen(listener)}/`;
    }

    const h2 = (url: string, options: Partial<LoadOptions> = {}): Promise<LoadResult> =>
      loadOf(50, { url, protocol: "h2", tls: { ca }, ...options });

    const respond: Serve = (stream) => {
      stream.respond({ ":status": 200, "x-evenkeel-server": "web-a-1" });
      stream.end("ok");
    };

    it("makes many requests on one connection, each once", async () => {
      const result = await h2(await server(respond), { expectBytes: 2, method: "POST", body: "größer" });
      expect(result).to.deep.include({ failures: {}, byServer: { "web-a-1": result.sent } });
      expect(seen.sessions).to.be.below(result.sent / 5);
      expect(new Set(seen.ids).size).to.equal(result.sent);
      expect(seen.ids).to.have.length(result.sent);
    });

    it("makes each on a connection of its own where it shall", async () => {
      const result = await loadOf(20, { url: await server(respond), protocol: "h2", tls: { ca }, keepAlive: false });
      expect(result.failures).to.deep.equal({});
      expect(seen.sessions).to.equal(result.sent);
    });

    const ways: [kind: string, serve: Serve][] = [
      ["rst-CANCEL", (stream) => stream.close(http2.constants.NGHTTP2_CANCEL)],
      [
        "rst-INTERNAL_ERROR",
        (stream) => (stream.respond(), stream.write("half"), setImmediate(() => stream.destroy(new Error("broken")))),
      ],
      ["unprocessed", (stream) => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM)],
      ["http-503", (stream) => stream.respond({ ":status": 503 }, { endStream: true })],
      ["length", (stream) => (stream.respond(), stream.end("longer"))],
      ["rst-PROTOCOL_ERROR", (stream) => (stream.respond({ "content-length": 9 }), stream.end("half"))],
    ];
    for (const [kind, serve] of ways) {
      it(`sees ${kind}, and makes again only what was not processed`, async () => {
        const result = await h2(await server(serve), { expectBytes: 2 });
        expect(result.failures).to.deep.equal({ [kind]: result.sent });
        // Only what the server says it has not processed may be made again, and that once.
        expect(result.resent).to.equal(kind === "unprocessed" ? result.sent : 0);
        expect(seen.ids).to.have.length(result.sent + result.resent);
      });
    }

    it("sees a connection that is cut, with all that is on it", async () => {
      const url = await server((stream, nth) => {
        respond(stream, nth);
        if (nth % 10 === 0) seen.sockets.splice(0).forEach((socket) => socket.destroy());
      });
      const result = await h2(url);
      expect(result.failed).to.be.greaterThan(0);
      expect(
        Object.keys(result.failures).every((kind) => /^(stale-)?(eof|reset)$/.test(kind)),
        JSON.stringify(result),
      ).to.equal(true);
    });

    it("leaves a connection whose end is announced, and loses none that the server answers", async () => {
      const url = await server((stream, nth) => {
        if (stream.id === 19) stream.session?.goaway(0);
        setTimeout(() => !stream.destroyed && respond(stream, nth), 5);
      });
      const { failures, failed } = await h2(url);
      // What was on its way when the end was announced is told apart.
      expect(failures.unprocessed ?? 0, JSON.stringify(failures)).to.equal(failed);
      expect(seen.sessions).to.be.greaterThan(1);
    });

    it("tells requests that a server says it has not processed, and those of a connection that it gives up", async () => {
      const unprocessed = await h2(
        await server((stream, nth) => {
          if (stream.id === 1) respond(stream, nth);
          else if (stream.id === 3) stream.session?.goaway(0, 1);
        }),
      );
      expect(unprocessed.resent).to.be.greaterThan(0);
      expect(unprocessed.failures.unprocessed ?? 0, JSON.stringify(unprocessed.failures)).to.equal(unprocessed.failed);
      const given = await h2(await server((stream) => stream.session?.goaway(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM)));
      expect(Object.keys(given.failures)[0]).to.equal("goaway-ENHANCE_YOUR_CALM");
    });

    it("sees a server that does not answer, without giving up the others", async () => {
      const url = await server((stream, nth) => {
        if (nth % 2 === 0) respond(stream, nth);
      });
      const result = await h2(url, { timeoutMs: 200 });
      expect(Object.keys(result.failures)).to.deep.equal(["timeout"]);
      expect(result.failed + result.succeeded).to.equal(result.sent);
      expect(result.succeeded).to.be.greaterThan(0);
    });

    it("sees a server that speaks HTTP/1.1 only", async () => {
      const only = https.createServer({ ...identity, ALPNProtocols: ["http/1.1"] }, (_, answer) => answer.end());
      const result = await h2(`https://127.0.0.1:${await made.listen(only)}/`);
      expect(result.succeeded).to.equal(0);
      expect(result.failed).to.equal(result.sent);
    });

    it("sees that nobody listens, or that nobody accepts", async () => {
      const server = net.createServer();
      const port = await made.listen(server);
      await new Promise((resolve) => server.close(resolve));
      const refused = await h2(`https://127.0.0.1:${port}/`);
      expect(refused.failures).to.deep.equal({ refused: refused.sent });
      const silent = await h2(`https://127.0.0.1:${await made.silence()}/`, { connectTimeoutMs: 100 });
      expect(silent.failures).to.deep.equal({ "connect-timeout": silent.sent });
    });
  });
});
