// An app whose second server in data center a passes its first health check and none after; the others are fine.
import { createServer } from "node:http";
import process from "node:process";

const server = process.env.EVENKEEL_SERVER ?? "";
let checks = 0;
createServer((request, response) => {
  const fit = request.url !== "/healthz" || server !== "web-a-2" || ++checks <= 1;
  response.writeHead(fit ? 200 : 503, { "x-evenkeel-server": server });
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
