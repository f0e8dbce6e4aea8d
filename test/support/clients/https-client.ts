import { once } from "node:events";
import { randomBytes } from "node:crypto";
import * as http2 from "node:http2";
import * as https from "node:https";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { pause } from "../../../provider/wait";

/** Whom a test's clients trust, and by which name they ask. */
export interface Asking {
  /** Authorities in PEM. */
  readonly ca: string;
  /** The name that they ask for, whatever the address is. */
  readonly servername: string;
}

/** An answer over TLS. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  /** The first name in the certificate that was shown. */
  readonly shown: string;
}

/** Asks once over HTTP/1.1, on a connection of its own or one of an agent's. */
export function getOverTls(
  url: string,
  { ca, servername }: Asking,
  agent: https.Agent | false = false,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { agent, ca, servername, headers: { host: servername, accept: "application/json", ...headers } };
    const request = https.get(url, options, (response) => {
      const { socket } = response;
      const shown = socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.subject.replace(/^CN=/, "") ?? "") : "";
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body, shown }));
    });
    request.on("error", reject);
  });
}

/**
 * Clients that ask one after the other until they are stopped, and count what fails. No request is made twice but one of HTTP/2 that
 * the other side refuses unprocessed while it closes the connection, which every client asks again (RFC 9113, 8.7).
 */
export class HttpsLoad {
  /** What went wrong, one by one. */
  readonly failures: string[] = [];
  requests = 0;
  /** Requests of HTTP/2 that were refused unprocessed, and asked again. */
  refused = 0;
  private going = true;
  private readonly clients: Promise<void>[];
  private readonly agent = new https.Agent({ keepAlive: true });

  /** Starts clients with new connections, with kept ones, and with one of HTTP/2 as long as the other side keeps it. */
  constructor(
    private readonly url: string,
    private readonly asking: Asking,
  ) {
    this.clients = [this.overAndOver(() => this.ask(false)), this.overAndOver(() => this.ask(this.agent)), this.overHttp2()];
  }

  /** Ends it when what was asked is answered. */
  async stop(): Promise<this> {
    this.going = false;
    await Promise.all(this.clients);
    this.agent.destroy();
    return this;
  }

  private async overAndOver(ask: () => Promise<void>): Promise<void> {
    while (this.going) {
      this.requests++;
      await ask().catch((error: unknown) => this.failures.push(String(error)));
      await pause(5);
    }
  }

  private async ask(agent: https.Agent | false): Promise<void> {
    const { status } = await getOverTls(this.url, this.asking, agent);
    if (status !== 200) throw new Error(`HTTP/1.1: ${status}`);
  }

  private async overHttp2(): Promise<void> {
    const { ca, servername } = this.asking;
    let session: http2.ClientHttp2Session | undefined;
    const connected = (): http2.ClientHttp2Session => {
      // One that the other side has said to close takes no more requests, as a browser knows too.
      if (session === undefined || session.closed || session.destroyed) {
        session = http2.connect(this.url, { ca, servername });
        session.on("error", () => undefined);
      }
      return session;
    };
    await this.overAndOver(async () => {
      const status = await answerOn(connected(), servername).catch((error: unknown) => {
        if (!String(error).includes("NGHTTP2_REFUSED_STREAM")) throw error;
        this.refused++;
        session?.close();
        return answerOn(connected(), servername);
      });
      if (status !== 200) throw new Error(`HTTP/2: ${status}`);
    });
    session?.destroy();
  }
}

/** The status of the answer to one request on a connection of HTTP/2. */
export function answerOn(session: http2.ClientHttp2Session, host: string, path = "/"): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const stream = session.request({ ":path": path, ":authority": host, accept: "application/json" });
    stream.on("response", ({ ":status": got }) => (status = got ?? 0));
    stream.on("error", reject);
    stream.on("end", () => resolve(status));
    stream.resume();
    stream.end();
  });
}

/** A connection that has become another protocol, whose other end sends back what it is sent. */
export class EchoedSocket {
  private received = "";
  private constructor(private readonly socket: Duplex) {
    socket.setEncoding("utf8").on("data", (part: string) => (this.received += part));
    socket.on("error", () => undefined);
  }

  /** Asks for a WebSocket. */
  static to(url: string, { ca, servername }: Asking): Promise<EchoedSocket> {
    // HAProxy refuses a request for a WebSocket without a key.
    const key = randomBytes(16).toString("base64");
    const headers = { host: servername, connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": key };
    return new Promise((resolve, reject) => {
      const request = https.get(url, { agent: false, ca, servername, headers });
      request.on("upgrade", (_response, socket) => resolve(new EchoedSocket(socket)));
      request.on("response", ({ statusCode }) => reject(new Error(`no WebSocket: ${statusCode ?? 0}`)));
      request.on("error", reject);
    });
  }

  /** Asks for a WebSocket on a connection of HTTP/2, beside its requests, as browsers do where they are told that they may (RFC 8441). */
  static async over(session: http2.ClientHttp2Session, host: string): Promise<EchoedSocket> {
    if (session.remoteSettings.enableConnectProtocol !== true) await once(session, "remoteSettings");
    const stream = session.request({
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":scheme": "https",
      ":authority": host,
      ":path": "/",
      "sec-websocket-version": "13",
    });
    const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
    if (headers[":status"] !== 200) throw new Error(`no WebSocket: ${headers[":status"] ?? 0}`);
    return new EchoedSocket(stream);
  }

  /** What comes back of a text; undefined when the connection is closed instead. */
  async echo(text: string): Promise<string | undefined> {
    this.received = "";
    this.socket.write(text);
    while (this.received.length < text.length && !this.socket.destroyed)
      await Promise.race([once(this.socket, "data"), once(this.socket, "close")]);
    return this.received.length < text.length ? undefined : this.received;
  }

  close(): void {
    this.socket.destroy();
  }
}
