import { existsSync, readFileSync, renameSync } from "node:fs";
import * as path from "node:path";
import { fingerprint } from "../components/model/name";
import { cacheDirectory } from "../provider/transport/haproxy-binary.cjs";
import { run } from "../setup/command.mjs";
import { withLock } from "../setup/lock.mjs";
import { notice } from "../setup/notice.mjs";
import { inTemporaryFolder } from "../setup/temporary.mjs";

/** Which versions of Python the judges run on: the first, and the first that is too new. */
const [OLDEST, TOO_NEW] = ["3.11", "3.15"];
/** Where one may be, the usual one first. */
const PYTHONS = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];

/** Judges that are installed together. */
export interface Judges {
  /** What is told while they are got. */
  readonly notice: string;
  /** What they are made of, for pip. */
  readonly requirements: string;
  /** What has to be there once they are installed. */
  readonly modules: string;
}

/** Those of what is declared for clouds. */
const OF_CLOUDS: Judges = {
  notice: "getting the judges of what is declared for clouds (65 MB, 400 MB on disk: about a minute)",
  requirements: path.join(__dirname, "clouds/requirements.txt"),
  modules: "moto, cfnlint, googleapiclient, jsonschema",
};
/** The one of what listens for TLS. */
export const OF_TLS: Judges = {
  notice: "getting the judge of TLS (15 MB)",
  requirements: path.join(__dirname, "tls/requirements.txt"),
  modules: "sslyze",
};

/** Time for installing, downloads included. In milliseconds. */
const DEADLINE = 10 * 60_000;

/** The judges, ready to run, or why they are not. */
export type Environment = { readonly python: string } | { readonly missing: string };

/**
 * The Python that has the judges, in a folder of its own under the user's cache. The first call installs them there.
 *
 * @param judges Which ones.
 * @param env The environment; `EVENKEEL_CACHE` and `XDG_CACHE_HOME` move the cache.
 */
export async function judgesEnvironment(judges = OF_CLOUDS, env: NodeJS.ProcessEnv = process.env): Promise<Environment> {
  const found = await findPython(env);
  if ("missing" in found) return found;
  const requirements = readFileSync(judges.requirements, "utf8");
  const folder = path.join(cacheDirectory(env), "judges", fingerprint(`${found.version}\n${requirements}`));
  const python = path.join(folder, "bin", "python");
  // It is there whole or not at all; what it leads to may have been removed since.
  if (existsSync(python)) return { python };

  return withLock(path.join(path.dirname(folder), ".lock"), "getting the judges", async () => {
    if (existsSync(python)) return { python };
    notice(judges.notice);
    const reason = await inTemporaryFolder(path.dirname(folder), (temporary) =>
      install(judges, found.command, temporary, folder, env),
    );
    return reason === undefined ? { python } : { missing: `they could not be installed: ${reason}` };
  });
}

async function findPython(env: NodeJS.ProcessEnv): Promise<{ command: string; version: string } | { missing: string }> {
  const seen: string[] = [];
  for (const command of PYTHONS) {
    const { ok, output } = await run(command, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], { env });
    const version = output.trim();
    if (!ok) continue;
    if (isFrom(version, OLDEST) && !isFrom(version, TOO_NEW)) return { command, version };
    seen.push(`${command} is ${version}`);
  }
  return {
    missing: `Python ${OLDEST} or newer, before ${TOO_NEW}, is needed, but ${seen.join(", ") || "python3 is not installed"}`,
  };
}

/** Makes the folder, or says why it could not. */
async function install(
  { requirements, modules }: Judges,
  command: string,
  temporary: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const made = path.join(temporary, "judges");
  const python = path.join(made, "bin", "python");
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "1", "install", "--quiet"];
  const steps = [
    [command, "-m", "venv", made],
    [python, ...pip, "--requirement", requirements],
    [python, "-c", `import ${modules}`],
  ] as const;
  for (const [program, ...args] of steps) {
    const { ok, reason } = await run(program, args, { cwd: temporary, env: withoutPython(env), deadline: DEADLINE });
    if (!ok) return /ensurepip|venv/.test(reason) ? `${reason} (on Debian and Ubuntu: sudo apt install python3-venv)` : reason;
  }
  // Half a folder, of a Python that is gone, makes room.
  if (existsSync(folder)) renameSync(folder, path.join(temporary, "broken"));
  // Nothing inside depends on where it stands, as long as it is run by `bin/python`.
  renameSync(made, folder);
  return undefined;
}

/** An environment in which Python finds its own modules only. */
export function withoutPython(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PYTHONPATH: undefined, PYTHONHOME: undefined };
}

function isFrom(version: string, first: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [firstMajor = 0, firstMinor = 0] = first.split(".").map(Number);
  return major > firstMajor || (major === firstMajor && minor >= firstMinor);
}
