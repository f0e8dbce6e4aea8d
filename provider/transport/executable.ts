import { findHaproxy } from "./haproxy-binary.cjs";

/** The path of HAProxy that `{haproxy}` stands for. */
export function haproxy(): string {
  const found = findHaproxy();
  if (found === undefined)
    throw new Error(
      "HAProxy 2.6 or newer was not found: install HAProxy (or, in Evenkeel's own checkout, run `npm run setup`), or set EVENKEEL_HAPROXY to its path",
    );
  return found.path;
}
