import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../../../workspace/project";
import type { StandInClouds } from "../../../../testbed/clouds/stand-in-clouds";
import { ThrowawayProject } from "../../../../testbed/throwaway-project";

/** A small program of its own in stand-in clouds, as JavaScript: `aws`, `gcp`, `digitalocean` and `pulumi` are there. */
export class CloudProgram extends ThrowawayProject {
  constructor(clouds: StandInClouds, source: string) {
    super();
    Object.assign(this.environment, clouds.environment);
    symlinkSync(path.join(ROOT, "node_modules"), path.join(this.folder, "node_modules"));
    const project = ["name: program", "runtime: { name: nodejs, options: { typescript: false } }", "main: index.js"];
    // As in the project's own Pulumi.yaml; there is no plugin at the path, and none is looked for.
    mkdirSync(path.join(this.folder, "no-plugin"));
    const plugins = ["plugins:", "  providers:", "    - { name: evenkeel-node, path: ./no-plugin }"];
    writeFileSync(path.join(this.folder, "Pulumi.yaml"), [...project, ...plugins].join("\n"));
    this.write(source);
  }

  /** Makes the stack, with these settings of the providers. */
  override async makeStack(): Promise<void> {
    await super.makeStack();
    const settings = ["--plaintext", "aws:region=eu-central-1", "--plaintext", "gcp:project=stand-in"];
    await this.expectSuccess(["config", "set-all", ...settings]);
  }

  /** Writes the program anew. */
  write(source: string): void {
    const sdks = ["aws", "gcp", "digitalocean", "pulumi"].filter((name) => source.includes(`${name}.`));
    const imports = sdks.map((name) => `const ${name} = require("@pulumi/${name}");\n`);
    writeFileSync(path.join(this.folder, "index.js"), imports.join("") + source);
  }
}
