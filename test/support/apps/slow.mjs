// An app of which one page takes long, and another until the process gets a signal.
import { createServer } from "node:http";
import process from "node:process";
import { setTimeout } from "node:timers";

/** @type {(() => void)[]} */
const held = [];
process.on("SIGUSR2", () => held.splice(0).forEach((answer) => answer()));

createServer((request, response) => {
  const answer = () => {
    response.writeHead(200, { "x-evenkeel-server": process.env.EVENKEEL_SERVER ?? "" });
    response.end();
  };
  if (request.url === "/api/slow") setTimeout(answer, 12_000);
  else if (request.url === "/api/held") held.push(answer);
  else answer();
}).listen(Number(process.env.PORT), "127.0.0.1");
