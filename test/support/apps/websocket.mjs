// An app that says back what it is told over a WebSocket (RFC 6455), in short messages.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import process from "node:process";

const name = process.env.EVENKEEL_SERVER ?? "";
createServer((_request, response) => {
  response.setHeader("x-evenkeel-server", name);
  response.end("ok");
})
  .on("upgrade", (request, socket) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
        `sec-websocket-accept: ${accept}\r\nx-evenkeel-server: ${name}\r\n\r\n`,
    );
    let rest = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      // A client's frame: two bytes, a mask of four, and what is masked.
      while (rest.length >= 6 && rest.length >= 6 + (rest.readUInt8(1) & 127)) {
        const end = 6 + (rest.readUInt8(1) & 127);
        const payload = rest.subarray(6, end).map((byte, i) => byte ^ rest.readUInt8(2 + (i % 4)));
        socket.write(Buffer.concat([Buffer.from([0x81, payload.length]), payload]));
        rest = rest.subarray(end);
      }
    });
  })
  .listen(Number(process.env.PORT), "127.0.0.1");
