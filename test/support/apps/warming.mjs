// An app that is not warm at its first health check: its pages answer 503 until it was checked a fifth time.
// Whoever starts it checks it once, and each balancer twice before it sends it anything.
import { createServer } from "node:http";
import process from "node:process";

let checks = 0;
createServer((request, response) => {
  if (request.url === "/healthz") checks++;
  response.writeHead(request.url === "/healthz" || checks >= 5 ? 200 : 503, {
    "x-evenkeel-server": process.env.EVENKEEL_SERVER ?? "",
  });
  response.end("ok");
}).listen(Number(process.env.PORT), "127.0.0.1");
