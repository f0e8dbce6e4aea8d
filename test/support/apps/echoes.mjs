// Answers with the headers of the request as JSON; after `?after=MILLISECONDS` in two parts. Echoes every byte of a connection that becomes
// another protocol.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { serveIfMain } from "./main.mjs";

export default function echoes() {
  const server = createServer((request, response) => {
    const after = Number(new URL(request.url ?? "/", "http://app").searchParams.get("after") ?? 0);
    response.setHeader("content-type", "application/json");
    response.write(" ");
    setTimeout(() => response.end(JSON.stringify(request.headers)), after);
  });
  return server.on("upgrade", (request, socket) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    const head = [
      "HTTP/1.1 101 Switching Protocols",
      "Connection: Upgrade",
      "Upgrade: websocket",
      `Sec-WebSocket-Accept: ${accept}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    socket.pipe(socket);
    socket.on("error", () => socket.destroy());
  });
}

serveIfMain(import.meta.url, echoes);
