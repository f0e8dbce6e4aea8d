// Answers its health check with the text of NAME.health in FOLDER, else "all is well", and every other request with its name and the
// status in NAME.status, else 200.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import * as path from "node:path";

/** @param {Record<string, string | undefined>} environment */
export default function healthInFiles({ EVENKEEL_SERVER: name = "", FOLDER = "" }) {
  const textOf = (/** @type {string} */ kind, /** @type {string} */ otherwise) => {
    try {
      return readFileSync(path.join(FOLDER, `${name}.${kind}`), "utf8");
    } catch {
      return otherwise;
    }
  };
  return createServer((request, response) => {
    if (request.url === "/healthz") response.end(textOf("health", "all is well"));
    else response.writeHead(Number(textOf("status", "200")), { connection: "close" }).end(name);
  });
}
