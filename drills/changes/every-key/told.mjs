/**
 * An app for a tcp pool: it serves HTTP, and is told its clients by the PROXY protocol as `PROXY` says: `v1` or `v2` it demands, with
 * `none` it takes a word of it for nonsense, and with `any` it takes all three.
 */
import { realpathSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createListener } from "node:net";
import { fileURLToPath } from "node:url";

const V2 = Buffer.from("0d0a0d0a000d0a515549540a", "hex");

/** @param {Record<string, string | undefined>} environment */
export default function told({ EVENKEEL_SERVER, PROXY = "any" }) {
  const site = createServer((request, response) => {
    request.resume().on("end", () => response.setHeader("x-evenkeel-server", EVENKEEL_SERVER ?? "").end("told"));
  });
  return createListener((socket) => {
    let heard = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    const hear = (/** @type {Buffer} */ part) => {
      heard = Buffer.concat([heard, part]);
      const begun = beginning(heard);
      if (begun === undefined) return;
      socket.off("data", hear).pause();
      if (PROXY !== "any" && PROXY !== begun.form) {
        socket.destroy();
        return;
      }
      socket.unshift(heard.subarray(begun.length));
      site.emit("connection", socket);
      socket.resume();
    };
    socket.on("data", hear);
  });
}

/** What a connection begins with, once enough of it is there, and how many bytes of it are the PROXY protocol's. */
function beginning(/** @type {Buffer} */ heard) {
  if (heard.subarray(0, 12).equals(V2)) {
    const length = heard.length < 16 ? Infinity : 16 + heard.readUInt16BE(14);
    return heard.length < length ? undefined : { form: "v2", length };
  }
  if (heard.subarray(0, 6).toString() === "PROXY ") {
    const end = heard.indexOf("\r\n");
    return end === -1 ? undefined : { form: "v1", length: end + 2 };
  }
  return heard.length < 12 ? undefined : { form: "none", length: 0 };
}

// The program of a pool's app; a test runs the app alone.
if (realpathSync(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  const listener = told(process.env);
  listener.listen(Number(process.env.PORT), "127.0.0.1");
  process.on("SIGTERM", () => listener.close(() => process.exit()));
}
