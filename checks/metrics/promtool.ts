import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import * as path from "node:path";
import { cacheDirectory } from "../../provider/transport/haproxy-binary.cjs";
import { run } from "../../setup/command.mjs";
import { withLock } from "../../setup/lock.mjs";
import { notice } from "../../setup/notice.mjs";
import { inTemporaryFolder } from "../../setup/temporary.mjs";

/** Time for the download. In milliseconds. */
const DEADLINE = 5 * 60_000;

/** Prometheus's own judge of its configuration, or why there is none. */
export type Promtool = { readonly path: string } | { readonly missing: string };

/** The one on the path, or the one that {@link getPromtool} has got. */
export function findPromtool(env: NodeJS.ProcessEnv = process.env): Promtool {
  if (spawnSync("promtool", ["--version"], { env }).status === 0) return { path: "promtool" };
  const cached = cachedPath(env);
  return existsSync(cached)
    ? { path: cached }
    : { missing: "promtool is not installed: install Prometheus, or run `npm run check:metrics`, which gets it" };
}

/** The same; where there is none, Debian's package is unpacked into the user's cache, without installing it. */
export async function getPromtool(env: NodeJS.ProcessEnv = process.env): Promise<Promtool> {
  const found = findPromtool(env);
  if ("path" in found) return found;
  const cached = cachedPath(env);
  return withLock(path.join(path.dirname(cached), ".lock"), "getting promtool", async () => {
    if (existsSync(cached)) return { path: cached };
    notice("getting promtool (19 MB)");
    return inTemporaryFolder(path.dirname(cached), async (folder): Promise<Promtool> => {
      // As root, apt would download as another user, who may not write here.
      const apt = ["-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=true", "download", "prometheus"];
      const { ok, output } = await run("apt-get", apt, { cwd: folder, env, deadline: DEADLINE });
      const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
      if (!ok || archive === undefined)
        return { missing: `promtool is not installed, and apt could not get it: ${output.trim()}` };
      execFileSync("dpkg", ["-x", archive, "root"], { cwd: folder });
      mkdirSync(path.dirname(cached), { recursive: true });
      renameSync(path.join(folder, "root", "usr", "bin", "promtool"), cached);
      return { path: cached };
    });
  });
}

function cachedPath(env: NodeJS.ProcessEnv): string {
  return path.join(cacheDirectory(env), "promtool", "promtool");
}
