import net, { type AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";

/** Listens on a free port of 127.0.0.1. */
export async function listen(server: net.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Resolves when a server is closed and all of its connections have ended. */
export function closed(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A URL at which nobody listens any more. */
export async function closedUrl(): Promise<string> {
  const server = net.createServer();
  const url = await listen(server);
  await closed(server);
  return url;
}

/** A listener whose thread hangs: the system accepts until its short queue is full, and is silent then. */
export async function hungListener(): Promise<{ url: string; end: () => Promise<unknown> }> {
  const code = `
    const { parentPort } = require("node:worker_threads");
    const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const worker = new Worker(code, { eval: true });
  const port = await new Promise<number>((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return { url: `http://127.0.0.1:${port}`, end: () => worker.terminate() };
}
