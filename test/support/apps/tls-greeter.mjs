// Ends TLS itself, sends its name first, and then echoes. PEM is a file with its key and certificate.
import { readFileSync } from "node:fs";
import { createServer } from "node:tls";
import { serveIfMain } from "./main.mjs";

/** @param {Record<string, string | undefined>} environment */
export default function tlsGreeter({ PEM = "", EVENKEEL_SERVER }) {
  const pem = readFileSync(PEM, "utf8");
  const server = createServer({ key: pem, cert: pem }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.write(`${EVENKEEL_SERVER}\n`);
    socket.pipe(socket);
  });
  return server.on("tlsClientError", () => undefined);
}

serveIfMain(import.meta.url, tlsGreeter);
