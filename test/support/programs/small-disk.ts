import { execFileSync, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import * as path from "node:path";
import { until } from "../../../provider/wait";
import type { Scratch } from "../scratch";

/** A directory on a small disk of its own, seen only by what is started there: its mount is gone with the last of them. */
export interface SmallDisk {
  /** The directory, as those see it that are started there. */
  readonly directory: string;
  /** Comes before the command of what is started there. */
  readonly enter: readonly [string, ...string[]];
  /** The path by which this process sees it. */
  readonly here: string;
  /** Takes all the space that there is. */
  fill(): void;
  /** Gives it back. */
  free(): void;
}

const SIZE = "1m";

/** Mounts one. Skips the test, and says so, where that is not allowed. */
export async function smallDisk(test: Mocha.Context, made: Scratch): Promise<SmallDisk> {
  const skip = (why: string): never => {
    console.log(`      skipped: no small disk can be mounted here: ${why}`);
    return test.skip();
  };
  if (process.platform !== "linux" || process.getuid?.() !== 0) skip("that takes root on Linux");
  const allowed = spawnSync("unshare", ["-m", "true"], { encoding: "utf8" });
  if (allowed.status !== 0) skip(allowed.error?.message ?? allowed.stderr.trim());
  const directory = made.directory();
  const script = 'mount -t tmpfs -o "size=$1,mode=700" tmpfs "$2" && : >"$2/mounted" && exec sleep infinity';
  const keeper = made.spawn("unshare", ["-m", "--propagation", "private", "sh", "-c", script, "sh", SIZE, directory]);
  const here = path.join(`/proc/${keeper.pid ?? 0}/root`, directory);
  const mounted = await until(() => {
    if (keeper.exitCode !== null) skip("mount says no");
    return spawnSync("test", ["-e", path.join(here, "mounted")]).status === 0 ? true : undefined;
  }, 10_000);
  if (mounted === undefined) throw new Error("the small disk was not mounted");
  rmSync(path.join(here, "mounted"));
  const filler = path.join(here, "filler");
  return {
    directory,
    enter: ["nsenter", "-m", "-t", String(keeper.pid), "--"],
    here,
    fill: () => void execFileSync("sh", ["-c", 'cat /dev/zero >"$1" 2>/dev/null || true', "sh", filler]),
    free: () => rmSync(filler),
  };
}
