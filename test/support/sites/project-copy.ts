import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { end } from "../../../provider/process/launch";
import { directoriesUnder, type ProcessRecord, recordsUnder } from "../../../provider/process/record";
import { removedOnSignal } from "../standing";
import { ROOT } from "./test-site";

/** What the verbs need of a checkout. */
const ROOMS = [
  "checks",
  "cli",
  "components",
  "docs",
  "drills",
  "infra",
  "provider",
  "setup",
  "stacks",
  "testbed",
  "workspace",
  "Pulumi.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** This project as a user has it: a folder of its own, in which the verbs are run. */
export class ProjectCopy {
  private readonly home = mkdtempSync(path.join(os.tmpdir(), "ek-copy-"));
  /** The folder of the project. */
  readonly folder = path.join(this.home, "project");
  /** The folder of its processes. */
  readonly runDirectory = path.join(this.home, "run");
  /** The environment of its verbs: nothing that a user need not set. */
  readonly environment: NodeJS.ProcessEnv = { ...process.env, EVENKEEL_RUN_DIR: this.runDirectory, NO_COLOR: "1" };

  private readonly isGone = removedOnSignal(() => this.remove());

  constructor() {
    for (const room of ROOMS) cpSync(path.join(ROOT, room), path.join(this.folder, room), { recursive: true });
    symlinkSync(path.join(ROOT, "node_modules"), path.join(this.folder, "node_modules"));
    delete this.environment.PULUMI_BACKEND_URL;
    delete this.environment.PULUMI_CONFIG_PASSPHRASE;
  }

  /** The processes that its stacks have made. */
  processes(): ProcessRecord[] {
    return directoriesUnder(this.runDirectory)
      .flatMap((home) => recordsUnder(home))
      .map(({ record }) => record);
  }

  /** Ends whatever it left, and removes it. */
  async remove(): Promise<void> {
    for (const directory of directoriesUnder(this.runDirectory).flatMap(directoriesUnder)) await end(directory, "SIGKILL", 0);
    rmSync(this.home, { recursive: true, force: true });
    this.isGone();
  }
}
