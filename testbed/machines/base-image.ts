import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import * as path from "node:path";
import { fingerprint } from "../../components/model/name";
import { cacheDirectory } from "../../provider/transport/haproxy-binary.cjs";
import { run } from "../../setup/command.mjs";
import { withLock } from "../../setup/lock.mjs";
import { notice } from "../../setup/notice.mjs";
import { inTemporaryFolder } from "../../setup/temporary.mjs";

/** The releases of Debian that machines run: the HAProxy of Ubuntu 24.04 lies between theirs. */
export const SUITES = ["bookworm", "trixie"] as const;
export type Suite = (typeof SUITES)[number];

const RECIPE = path.join(__dirname, "image");

/**
 * The root file system that machines of a suite start from, as it is in the user's cache. The first call makes it there.
 *
 * @throws Error when it can't be made.
 */
export async function baseImage(suite: Suite): Promise<string> {
  const folder = path.join(cacheDirectory(), "machines");
  const image = path.join(folder, `${suite}-${fingerprint(recipe())}`);
  // It is there whole or not at all.
  if (existsSync(image)) return image;

  return withLock(path.join(folder, `.lock-${suite}`), `making a machine's image of Debian ${suite}`, async () => {
    if (existsSync(image)) return image;
    notice(`making a machine's image of Debian ${suite} (150 MB, 350 MB on disk: about a minute)`);
    await inTemporaryFolder(path.join(folder, suite), async (temporary) => {
      const made = path.join(temporary, "image");
      // What it mounts on the way is seen by nobody else, and gone when it ends.
      const build = ["--mount", "--propagation", "private", path.join(RECIPE, "build.sh"), suite, made];
      const { ok, reason, output } = await run("unshare", build);
      if (!ok) throw new Error(`the image of Debian ${suite} could not be made: ${reason}\n${output}`);
      renameSync(made, image);
    });
    return image;
  });
}

/** Everything that an image is made by, as one text. */
function recipe(): string {
  return readdirSync(RECIPE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .sort()
    .map((file) => `${path.relative(RECIPE, file)}\n${readFileSync(file, "utf8")}`)
    .join("\n");
}
