import * as path from "node:path";
import { cacheDirectory } from "../transport/haproxy-binary.cjs";

/** The directory under which every stack's processes have theirs: `EVENKEEL_RUN_DIR`, or `run` in the user's cache. Outside any checkout, so that a lost one leaves nothing that can't be found. */
export function runRoot(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env.EVENKEEL_RUN_DIR;
  return chosen === undefined || chosen === "" ? path.join(cacheDirectory(env), "run") : path.resolve(chosen);
}
