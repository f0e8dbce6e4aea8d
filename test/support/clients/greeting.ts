import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** What came back on one connection. */
export interface Greeting {
  /** The first line that the server said. */
  readonly server: string;
  /** The name in the certificate that ended TLS, where it was asked over TLS. */
  readonly certificate?: string;
}

/**
 * Connects, reads the line by which a server says who it is, and has something said back.
 *
 * @param sni Name that TLS asks for; without it the connection is in clear.
 * @throws Error when the connection is closed or refused before that.
 */
export async function greeting(port: number, sni?: string): Promise<Greeting> {
  return new Promise((resolve, reject) => {
    const host = "127.0.0.1";
    const tls = sni === undefined ? undefined : connectTls({ host, port, servername: sni, rejectUnauthorized: false });
    const socket = tls ?? connect(port, host);
    let heard = "";
    socket.setEncoding("utf8").on("data", (part: string) => {
      const greeted = heard.includes("\n");
      heard += part;
      if (!greeted && heard.includes("\n")) socket.write("ping");
      if (!heard.endsWith("\nping")) return;
      const subject = tls?.getPeerCertificate().subject.CN;
      const certificate = typeof subject === "string" ? { certificate: subject } : {};
      socket.destroy();
      resolve({ server: heard.split("\n")[0] ?? "", ...certificate });
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`closed after "${heard}"`)));
  });
}
