import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ROOT } from "./test-site";

/** What of a checkout is not its source. */
const NOT_SOURCE = new Set(["node_modules", "dist", ".git", ".state"].map((name) => path.join(ROOT, name)));

/** The package as npm would publish it, built from a copy of this checkout. */
export class PublishedPackage {
  private constructor(
    private readonly tarball: string,
    /** The paths of its files, sorted. */
    readonly files: readonly string[],
  ) {}

  /** Builds and packs it, in a temporary folder that goes when this process ends. */
  static make(): PublishedPackage {
    const folder = mkdtempSync(path.join(os.tmpdir(), "ekp-"));
    process.once("exit", () => rmSync(folder, { recursive: true }));
    cpSync(ROOT, folder, { recursive: true, filter: (file) => !NOT_SOURCE.has(file) && !file.endsWith(".tgz") });
    symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    run(folder, process.execPath, ["node_modules/typescript/bin/tsc", "--project", "tsconfig.build.json"]);
    const packed = JSON.parse(run(folder, "npm", ["pack", "--ignore-scripts", "--json"])) as Packed[];
    const [{ filename, files } = { filename: "", files: [] }] = packed;
    return new PublishedPackage(path.join(folder, filename), files.map((file) => file.path).sort());
  }

  /** Installs it beside what it and the program in `project` depend on: this checkout's copies, of those and no others. */
  install(project: string): void {
    const modules = path.join(project, "node_modules");
    mkdirSync(modules);
    run(modules, "tar", ["-xzf", this.tarball]);
    renameSync(path.join(modules, "package"), path.join(modules, "evenkeel"));
    const { dependencies: own } = manifest(path.join(modules, "evenkeel"));
    const { dependencies, devDependencies } = manifest(project);
    for (const name of Object.keys({ ...own, ...dependencies, ...devDependencies })) {
      if (name === "evenkeel") continue;
      mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
      symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name));
    }
  }
}

/** What of a package.json is read here. */
export interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The package.json of a folder. */
export function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
}

/** One package, as `npm pack --json` tells of it. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Runs a program out of sight; what it printed comes with the error when it fails. */
function run(cwd: string, program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
