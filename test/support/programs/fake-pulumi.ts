import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../sites/test-site";

/** A run of Pulumi that a command asked for. */
export interface PulumiCall {
  /** Its command line. */
  readonly line: string;
  readonly backend: string;
  readonly passphrase: string;
}

/** Stands in the place of the Pulumi CLI: notes each run, changes nothing, and ends as a test says. */
export class FakePulumi {
  /** What has it take the place of the CLI. */
  readonly environment: NodeJS.ProcessEnv;
  private readonly calls: string;

  /**
   * @param home A folder of its own.
   * @param destroy What `pulumi destroy` does, as shell.
   */
  constructor(home: string, destroy = "exit 0") {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "node_modules/pulumi/package.json"), "utf8")) as {
      version: string;
    };
    const bin = path.join(home, "versions", version, "bin");
    this.calls = path.join(home, "calls");
    this.environment = { PULUMI_HOME: home };
    mkdirSync(bin, { recursive: true });
    const note = `printf '%s\\t%s\\t%s\\n' "$*" "$PULUMI_BACKEND_URL" "$PULUMI_CONFIG_PASSPHRASE" >> '${this.calls}'`;
    write(
      path.join(bin, "pulumi"),
      `if [ "$1" = version ]; then echo v${version}; exit; fi\n${note}\nif [ "$1 $2" = "stack output" ]; then echo "{}"; fi\nif [ "$1" = destroy ]; then ${destroy}; fi`,
    );
    write(path.join(bin, "pulumi-language-nodejs"), "echo Usage of it; exit 2");
  }

  /** Every run so far, and forgets them. */
  take(): PulumiCall[] {
    const lines = existsSync(this.calls) ? readFileSync(this.calls, "utf8").trim().split("\n") : [];
    rmSync(this.calls, { force: true });
    return lines.map((each) => {
      const [line = "", backend = "", passphrase = ""] = each.split("\t");
      return { line, backend, passphrase };
    });
  }
}

function write(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
