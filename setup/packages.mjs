import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { cacheDirectory } from "../provider/transport/haproxy-binary.cjs";
import { run } from "./command.mjs";
import { readJson } from "./json.mjs";
import { withLock } from "./lock.mjs";
import { notice } from "./notice.mjs";

/** `npm ci` fetches with deadlines of its own; this is for when it hangs all the same. In milliseconds. */
const DEADLINE = 30 * 60_000;

/**
 * The parts of an entry in package-lock.json that are read here.
 *
 * @typedef {object} Package
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [link]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

/**
 * Installs the npm packages unless node_modules holds what package-lock.json asks for.
 *
 * @param {string} project
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./missing.mjs").Missing | undefined>}
 */
export async function findMissingPackages(project, env) {
  if (areInstalled(project)) return undefined;
  // Not a file in node_modules, which npm removes, nor beside it, where git would show it.
  const lock = `packages-${createHash("sha256").update(path.resolve(project)).digest("hex").slice(0, 16)}.lock`;
  return withLock(path.join(cacheDirectory(env), lock), "installing the npm packages", async () => {
    if (areInstalled(project)) return undefined;
    notice("installing the npm packages (may take a minute or two)");
    // Said outright, since NODE_ENV=production or the user's npm configuration may leave these out.
    const include = ["--include=dev", "--include=optional"];
    const npm = await run("npm", ["ci", "--no-audit", "--no-fund", ...include], { cwd: project, env, deadline: DEADLINE });
    if (npm.ok) return undefined;
    const output = npm.output.trim().split("\n").slice(-20).join("\n");
    return {
      what: "The npm packages",
      because: [npm.code === undefined ? `\`npm ci\` failed: ${npm.reason}` : `\`npm ci\` failed:\n${output}`],
      remedies:
        npm.reason === "npm is not installed"
          ? [
              "npm comes with Node on most systems. Debian, Ubuntu: sudo apt install npm. Fedora: sudo dnf install npm. macOS: brew install node",
            ]
          : [],
    };
  });
}

/**
 * npm keeps a copy of the lock file in node_modules, and writes it last.
 *
 * @param {string} project
 */
function areInstalled(project) {
  const wanted = readPackages(path.join(project, "package-lock.json"));
  const installed = readPackages(path.join(project, "node_modules", ".package-lock.json"));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([folder, { version, integrity, ...rest }]) => {
    if (!folder.startsWith("node_modules/") || rest.link) return true;
    const found = installed[folder];
    if (!found) return !isForThisMachine(rest);
    return found.version === version && found.integrity === integrity && existsSync(path.join(project, folder, "package.json"));
  });
}

/**
 * Whether npm installs a package here for certain. The optional ones say which machines they are for, and may be left out
 * elsewhere; a node_modules folder that was copied from another kind of machine lacks those for this one.
 *
 * @param {Package} wanted
 */
function isForThisMachine({ optional, os, cpu, libc }) {
  if (!optional) return true;
  return !libc && os !== undefined && cpu !== undefined && os.includes(process.platform) && cpu.includes(process.arch);
}

/**
 * @param {string} file
 * @returns {Record<string, Package> | undefined}
 */
function readPackages(file) {
  try {
    return /** @type {{ packages?: Record<string, Package> }} */ (readJson(file)).packages;
  } catch {
    return undefined;
  }
}
