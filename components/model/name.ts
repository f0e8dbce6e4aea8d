import { createHash } from "node:crypto";

/** Names of data centers, pools and sites: part of server names and of resource names, so a public contract. */
export const NAME = /^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/;
/** {@link NAME} in words. */
export const NAME_RULE = "lower-case letters, digits and hyphens, starting with a letter, 30 at most";

/** The name of the `ordinal`th server of a pool in a data center: `web-virginia-3`. Numbers start at 1. */
export function serverName(pool: string, dataCenter: string, ordinal: number): string {
  return `${pool}-${dataCenter}-${ordinal}`;
}

/** Made once: a comparison that makes its own is some thirty times slower. */
const naturally = new Intl.Collator("en", { numeric: true });

/** Orders `web-a-2` before `web-a-10`; only equal names compare as equal, so a sorted list never depends on its order before. */
export function byName(left: string, right: string): number {
  // By numbers alone, web-1 and web-01 would be one.
  return naturally.compare(left, right) || (left < right ? -1 : left > right ? 1 : 0);
}

/** A short stable fingerprint of a text, 8 hexadecimal digits. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
