#!/usr/bin/env node
"use strict";

// The command `evenkeel` in a checkout: gets what is missing on this machine, then runs the TypeScript of cli/main.ts. Where only help is asked
// for, nothing is fetched, started or written.
// An old Node has to understand this file, so that the set-up can tell it to be old.

const { spawnSync } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");

const ROOT = path.dirname(__dirname);
/** The packages without which no TypeScript of this checkout runs. */
const NEEDED = ["commander", "fastest-levenshtein", "typescript"];

const words = process.argv.slice(2);
const dashes = words.indexOf("--");
const own = dashes < 0 ? words : words.slice(0, dashes);

if (!fs.existsSync(path.join(__dirname, "main.ts"))) {
  console.error("The command evenkeel works in a checkout of Evenkeel; a program of your own is run by pulumi up.");
  process.exitCode = 1;
} else if (!asksForText()) {
  setUp();
  run();
} else if (NEEDED.every((name) => fs.existsSync(path.join(ROOT, "node_modules", name, "package.json")))) {
  require("../setup/run-typescript.cjs").keepNothing();
  run();
} else {
  process.stdout.write(`${documentedHelp()}\n`);
}

/** Whether nothing but a text about the commands is asked for. */
function asksForText() {
  return own.length === 0 || own[0] === "help" || own.some((word) => ["-h", "--help", "-V", "--version"].indexOf(word) >= 0);
}

/** Ends this process where something is missing that the set-up could not get. */
function setUp() {
  const { status, signal } = spawnSync(process.execPath, [path.join(ROOT, "setup", "setup.mjs")], { stdio: "inherit" });
  if (status === 0) return;
  process.exit(signal === null ? status : 128 + os.constants.signals[signal]);
}

function run() {
  require("../setup/run-typescript.cjs");
  require("./main.ts");
}

/** The help of a command from docs/commands.md, which has all of them: what prints them otherwise is not installed yet. */
function documentedHelp() {
  if (own.indexOf("-V") >= 0 || own[0] === "--version") return require("../package.json").version;
  const page = fs.readFileSync(path.join(ROOT, "docs", "commands.md"), "utf8");
  const named = own[0] === "help" ? own.slice(1) : own;
  for (let count = named.length; count >= 0; count--) {
    const title = ["## evenkeel"].concat(named.slice(0, count)).join(" ");
    const start = page.indexOf(`\n${title}\n`);
    if (start < 0) continue;
    const begin = page.indexOf("```text\n", start) + "```text\n".length;
    return page.slice(begin, page.indexOf("\n```", begin));
  }
  return "See docs/commands.md.";
}
