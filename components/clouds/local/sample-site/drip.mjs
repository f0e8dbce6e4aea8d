import { performance } from "node:perf_hooks";
import { LONGEST_DELAY_MS } from "./settings.mjs";

/** Time between two pieces of a slow download, in milliseconds. */
const PIECE_MS = 100;
/** Bytes of a piece. */
const PIECE_BYTES = 1024;

/**
 * A download that takes so many milliseconds: its pieces, of which each but the first comes a moment after the one before.
 * Undefined for a text that is no such time.
 *
 * @param {string} text
 */
export function drip(text) {
  if (!/^\d{1,7}$/.test(text) || Number(text) > LONGEST_DELAY_MS) return undefined;
  const pieces = 1 + Math.floor(Number(text) / PIECE_MS);
  return {
    length: pieces * PIECE_BYTES,
    /** @param {import("node:http").ServerResponse} response whose head is written */
    send(response) {
      const startedAt = performance.now();
      let sent = 0;
      const next = () => {
        if (response.destroyed) return;
        sent += 1;
        response.write(".".repeat(PIECE_BYTES));
        // Counted from the start, so that timers which are late don't add up.
        if (sent < pieces) setTimeout(next, startedAt + sent * PIECE_MS - performance.now());
        else response.end();
      };
      next();
    },
  };
}
