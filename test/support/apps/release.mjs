// An app of which there are releases. RELEASE says which one it is, and what is wrong with it: `sick` never passes a health check; `sick-in-b`
// does so in data center b; `crashes` ends after 40 pages.
import { createServer } from "node:http";
import process from "node:process";

const { RELEASE = "", EVENKEEL_SERVER: server = "", EVENKEEL_DATA_CENTER: place = "", PORT } = process.env;
const sick = RELEASE.startsWith("sick") && (RELEASE === "sick" || RELEASE.endsWith(`-in-${place}`));
let pages = 0;
createServer((request, response) => {
  const isCheck = request.url === "/healthz";
  if (!isCheck && RELEASE === "crashes" && ++pages > 40) process.exit(1);
  response.writeHead(isCheck && sick ? 503 : 200, { "x-evenkeel-server": server, "x-release": RELEASE });
  response.end();
}).listen(Number(PORT), "127.0.0.1");
