"use strict";

// Lets Node run this checkout's TypeScript: the program and the plugin, which the engine starts anew in every run, begin with it. Each file is
// compiled once, without a look at its types, and kept by its content in the user's cache: other folders, and later runs, start from that.

const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { cacheDirectory } = require("../provider/transport/haproxy-binary.cjs");

/** How long what was compiled is kept, in milliseconds. What is still in use is then compiled once more. */
const KEPT_FOR = 30 * 24 * 60 * 60_000;

/** What is asked of the compiler, and its version: other ones compile to something else. */
const OPTIONS = { target: "ES2022", module: "CommonJS", esModuleInterop: true, inlineSourceMap: true };
const COMPILER = /** @type {{ version: string }} */ (require("typescript/package.json")).version;

const folder = path.join(cacheDirectory(), "typescript");
let isTidied = false;
let keeps = true;

/**
 * A file's JavaScript, with its source map.
 *
 * @param {string} file
 * @returns {string}
 */
function javaScriptOf(file) {
  const source = readFileSync(file, "utf8");
  // The source map names the file without its folder.
  const key = createHash("sha256")
    .update(JSON.stringify([COMPILER, OPTIONS, path.basename(file), source]))
    .digest("hex");
  const kept = path.join(folder, `${key}.js`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const text = compile(source, path.basename(file));
    keep(kept, text);
    return text;
  }
}

/**
 * @param {string} source
 * @param {string} fileName
 * @returns {string}
 */
function compile(source, fileName) {
  /** @type {import("typescript")} */
  const ts = require("typescript");
  const { options } = ts.convertCompilerOptionsFromJson(OPTIONS, "");
  return ts.transpileModule(source, { fileName, compilerOptions: options }).outputText;
}

/**
 * Puts it into the cache, whole: other runs read there. A cache that can't be written is done without.
 *
 * @param {string} at
 * @param {string} text
 */
function keep(at, text) {
  if (!keeps) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    tidy();
    const unfinished = `${at}.${process.pid}`;
    writeFileSync(unfinished, text);
    renameSync(unfinished, at);
  } catch {
    // The next run compiles it again.
  }
}

/** Removes what was compiled long ago, of files that have changed since. */
function tidy() {
  if (isTidied) return;
  isTidied = true;
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (Date.now() - statSync(file).mtimeMs > KEPT_FOR) rmSync(file, { force: true });
  }
}

// A language host may have brought in ts-node, whose own reading of source maps would stand in the way of Node's.
Reflect.deleteProperty(Error, "prepareStackTrace");
process.setSourceMapsEnabled(true);
/** @type {any} */ (Module)._extensions[".ts"] = (/** @type {any} */ module, /** @type {string} */ file) =>
  module._compile(javaScriptOf(file), file);

/** From here on nothing is written: what is not in the cache yet is compiled in memory. */
module.exports.keepNothing = () => {
  keeps = false;
};
