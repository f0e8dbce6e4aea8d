import { realpathSync } from "node:fs";
import { Server as HttpServer } from "node:http";
import { fileURLToPath } from "node:url";

/**
 * Serves an app if its module is the program that runs: at the port that the environment names, until a SIGTERM, after which it finishes
 * what it has.
 *
 * @param {string} url The module's `import.meta.url`.
 * @param {(environment: Record<string, string | undefined>) => import("node:net").Server} app
 */
export function serveIfMain(url, app) {
  if (realpathSync(process.argv[1] ?? "") !== fileURLToPath(url)) return;
  const server = app(process.env);
  server.listen(Number(process.env.PORT), "127.0.0.1");
  process.on("SIGTERM", () => {
    server.close(() => process.exit());
    if (server instanceof HttpServer) server.closeIdleConnections();
  });
}
