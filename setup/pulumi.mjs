import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { run } from "./command.mjs";
import { OLDEST_GO, buildWithGo } from "./go-build.mjs";
import { readJson } from "./json.mjs";
import { withLock } from "./lock.mjs";
import { notice } from "./notice.mjs";
import { folderSize, inTemporaryFolder } from "./temporary.mjs";

/** The CLI comes last: `npx pulumi` takes a folder that has it for whole. */
const PROGRAMS = /** @type {const} */ (["pulumi-language-nodejs", "pulumi"]);

/** Beside the programs: their sizes and times when they were last seen to run, so that they need not run each time. */
const PROOF = ".evenkeel.json";

/** Time for the official download, in milliseconds; one that does not get on is given up earlier. */
const DOWNLOAD_DEADLINE = 20 * 60_000;

/** Time in which a program has to answer, in milliseconds; generous, since a machine may be busy or its disk slow. */
const ANSWER_WITHIN = 60_000;

/** @typedef {(typeof PROGRAMS)[number]} Program */

/**
 * Gets the Pulumi CLI and its language host for Node into the folder where `npx pulumi` looks for them.
 *
 * @param {string} project
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./missing.mjs").Missing | undefined>}
 */
export async function findMissingPulumi(project, env) {
  const version = wantedVersion(project);
  const { PULUMI_HOME: home = "" } = env;
  const versions = path.join(home === "" ? path.join(homedir(), ".pulumi") : path.resolve(home), "versions");
  const folder = path.join(versions, version);
  if (isProven(folder)) return undefined;
  if ((await broken(path.join(folder, "bin"), version, env)).length === 0) {
    prove(folder);
    return undefined;
  }
  return withLock(path.join(versions, `.evenkeel-${version}.lock`), `getting the Pulumi CLI ${version}`, async () => {
    const wanted = await broken(path.join(folder, "bin"), version, env);
    if (wanted.length === 0) return undefined;

    notice(`downloading the Pulumi CLI ${version} (more than 100 MB: may take minutes)`);
    const downloaded = await inTemporaryFolder(versions, (temporary) => download(project, version, temporary, folder, env));
    if (downloaded === undefined) return undefined;
    const built = await inTemporaryFolder(versions, (temporary) => build(version, wanted, temporary, folder, env));
    if (built === undefined) return undefined;
    return {
      what: `The Pulumi CLI ${version}`,
      because: [`Its official download failed: ${downloaded}`, `Building it from its Go modules failed: ${built}`],
      remedies: [
        "let this machine reach https://get.pulumi.com (HTTPS_PROXY is heeded)",
        `install it on Linux or macOS: curl -fsSL https://get.pulumi.com | sh -s -- --version ${version} --no-edit-path --install-root "${folder}"`,
        `install Go ${OLDEST_GO.join(".")} or newer. Debian, Ubuntu (recent ones): sudo apt install golang-go. Fedora: sudo dnf install golang. macOS: brew install go`,
      ],
    };
  });
}

/**
 * The version of the npm package, which runs the CLI of its own version.
 *
 * @param {string} project
 * @returns {string}
 */
function wantedVersion(project) {
  try {
    const file = path.join(project, "node_modules", "pulumi", "package.json");
    return /** @type {{ version: string }} */ (readJson(file)).version;
  } catch {
    // The npm packages could not be installed; that is told, and the CLI is looked for all the same.
    const lock = /** @type {{ packages: Record<string, { version: string }> }} */ (
      readJson(path.join(project, "package-lock.json"))
    );
    const { version } = lock.packages["node_modules/pulumi"] ?? {};
    if (version === undefined) throw new Error("package-lock.json does not name its version");
    return version;
  }
}

/**
 * Has the npm package download it, as it does for `npx pulumi`, but into a temporary folder: an interrupted download would
 * pass for a whole one.
 *
 * @param {string} project
 * @param {string} version
 * @param {string} temporary
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why it failed
 */
async function download(project, version, temporary, folder, env) {
  const launcher = path.join(project, "node_modules", "pulumi", "run.js");
  if (!existsSync(launcher)) return "the npm package that does it is missing";
  const home = path.join(temporary, "home");
  mkdirSync(home);
  const outcome = await run(process.execPath, [launcher, "version"], {
    cwd: temporary,
    // A newer Node heeds the proxy variables when told to; curl, which fetches the CLI itself, does so anyway.
    env: { NODE_USE_ENV_PROXY: "1", ...quiet(env), PULUMI_HOME: home, PULUMI_VERSION: version, TMPDIR: temporary },
    deadline: DOWNLOAD_DEADLINE,
    progress: () => folderSize(temporary),
  });
  if (!outcome.ok) return outcome.reason.replace(/^pulumi: /, "");
  return install(path.join(home, "versions", version, "bin"), PROGRAMS, version, folder, env);
}

/**
 * @param {string} version
 * @param {readonly Program[]} wanted
 * @param {string} temporary
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why it failed
 */
async function build(version, wanted, temporary, folder, env) {
  const bin = path.join(temporary, "bin");
  mkdirSync(bin);
  const reason = await buildWithGo(version, wanted, temporary, bin, env);
  return reason ?? install(bin, wanted, version, folder, env);
}

/**
 * Moves programs to where they are looked for, once they are seen to run. Each comes into being whole; other files in the
 * folder are left alone.
 *
 * @param {string} from
 * @param {readonly Program[]} wanted those that must be there
 * @param {string} version
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why it failed
 */
async function install(from, wanted, version, folder, env) {
  const failed = (await broken(from, version, { ...env, PULUMI_HOME: path.dirname(from) })).filter((name) =>
    wanted.includes(name),
  );
  if (failed.length > 0) return `${failed.join(" and ")} did not run`;
  const bin = path.join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const others = readdirSync(from).filter((name) => !PROGRAMS.some((program) => program === name));
  for (const name of [...others, ...PROGRAMS.filter((program) => wanted.includes(program))]) {
    renameSync(path.join(from, name), path.join(bin, name));
  }
  prove(folder);
  return undefined;
}

/**
 * @param {string} bin
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Program[]>} those that are absent, do not run, or are of another version
 */
async function broken(bin, version, env) {
  const options = { env: quiet(env), deadline: ANSWER_WITHIN };
  const cli = await run(path.join(bin, "pulumi"), ["version"], options);
  const host = await run(path.join(bin, "pulumi-language-nodejs"), ["--help"], options);
  return PROGRAMS.filter((program) =>
    program === "pulumi"
      ? !cli.ok || !cli.output.split("\n").includes(`v${version}`)
      : // Whatever its exit code: half a program crashes or says nothing.
        host.code === undefined || host.code > 2 || host.output.trim() === "",
  );
}

/** @param {string} folder */
function isProven(folder) {
  try {
    return readFileSync(path.join(folder, PROOF), "utf8") === fingerprint(folder);
  } catch {
    return false;
  }
}

/** @param {string} folder */
function prove(folder) {
  try {
    writeFileSync(path.join(folder, PROOF), fingerprint(folder));
  } catch {
    // A folder that others have filled and that cannot be written to: its programs are run each time.
  }
}

/** @param {string} folder */
function fingerprint(folder) {
  return JSON.stringify(
    PROGRAMS.map((program) => {
      const { size, mtimeMs, mode } = statSync(path.join(folder, "bin", program));
      return { program, size, mtimeMs, mode };
    }),
  );
}

/** @param {NodeJS.ProcessEnv} env */
function quiet(env) {
  return { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
}
