// An app that is not warm at its first health check: its pages answer 503 until it was checked a third time.
import { createServer } from "node:http";
import process from "node:process";

let checks = 0;
createServer((request, response) => {
  if (request.url === "/healthz") checks++;
  response.writeHead(request.url === "/healthz" || checks >= 3 ? 200 : 503, {
    "x-evenkeel-server": process.env.EVENKEEL_SERVER ?? "",
  });
  response.end("ok");
}).listen(Number(process.env.PORT), "127.0.0.1");
