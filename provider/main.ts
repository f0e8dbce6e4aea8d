import { resourceTypes, VERSION } from "./plugin";
import { serve } from "./server";

/** How often the plugin looks whether its engine is still there, in milliseconds. */
const LOOK_EVERY = 500;
/** How long it then has to leave things whole, in milliseconds. */
const LEAVE_WITHIN = 20_000;

async function main(): Promise<void> {
  const server = await serve(VERSION, resourceTypes(), process.argv[2]);
  // The engine reads the port from here; nothing else may be written to standard output.
  process.stdout.write(`${server.port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));

  const engine = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === engine) return;
    clearInterval(watch);
    // The engine was killed: end what is going on, which puts the old configuration back, and go.
    server.abort();
    setTimeout(() => process.exit(1), LEAVE_WITHIN).unref();
    void server.drain().finally(() => process.exit(1));
  }, LOOK_EVERY);
  watch.unref();
}

void main();
