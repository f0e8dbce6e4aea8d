// Answers with the headers that it was asked with; after `?after=MILLISECONDS` in two parts. Of a connection that is to become
// another protocol it sends back every byte.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const after = Number(new URL(request.url ?? "/", "http://app").searchParams.get("after") ?? 0);
  response.setHeader("content-type", "application/json");
  response.write(" ");
  setTimeout(() => response.end(JSON.stringify(request.headers)), after);
});
server.on("upgrade", (request, socket) => {
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
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => {
  server.close(() => process.exit());
  server.closeIdleConnections();
});
