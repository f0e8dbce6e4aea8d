// An app that ends TLS itself: it says who it is, and then says back what it is told.
import { readFileSync } from "node:fs";
import process from "node:process";
import { createServer } from "node:tls";

const pem = readFileSync(process.env.PEM ?? "", "utf8");
const server = createServer({ key: pem, cert: pem }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.write(`${process.env.EVENKEEL_SERVER}\n`);
  socket.pipe(socket);
});
server.on("tlsClientError", () => undefined);
server.listen(Number(process.env.PORT), "127.0.0.1");
// It finishes what it has.
process.on("SIGTERM", () => server.close());
