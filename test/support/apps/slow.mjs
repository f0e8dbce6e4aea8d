// An app of which one page takes long.
import { createServer } from "node:http";
import process from "node:process";
import { setTimeout } from "node:timers";

createServer((request, response) => {
  const answer = () => {
    response.writeHead(200, { "x-evenkeel-server": process.env.EVENKEEL_SERVER ?? "" });
    response.end();
  };
  if (request.url === "/api/slow") setTimeout(answer, 12_000);
  else answer();
}).listen(Number(process.env.PORT), "127.0.0.1");
