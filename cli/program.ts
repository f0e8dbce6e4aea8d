import { readFileSync } from "node:fs";
import * as path from "node:path";
import { EvenkeelCommand } from "./command-line/command";
import { EXIT_CODES } from "./command-line/exit-codes";
import { bench } from "./commands/bench";
import { check } from "./commands/check";
import { completion } from "./commands/completion";
import { deploy } from "./commands/deploy";
import { down } from "./commands/down";
import { env } from "./commands/env";
import { help } from "./commands/help";
import { metrics } from "./commands/metrics";
import { preview } from "./commands/preview";
import { proof } from "./commands/proof";
import { route } from "./commands/route";
import { schema } from "./commands/schema";
import { status } from "./commands/status";
import { up } from "./commands/up";

/** The whole command line, a new one for each run. */
export function evenkeel(): EvenkeelCommand {
  const root = new EvenkeelCommand("evenkeel")
    .description("Highly available websites as code: a pair of load balancers, pools of web servers, failover.")
    .usage("<command> [options]")
    .version(version(), "-V, --version", "print the version")
    .example("npx evenkeel up", "start a site on this machine; the same as npm run up")
    .example("npx evenkeel up --help", "what a command takes")
    .example("npm run up -- --stack tour -- --diff", "with npm, options go after --, Pulumi's after another");
  const groups: readonly (readonly [string, readonly EvenkeelCommand[]])[] = [
    ["Change a site:", [up(), deploy(), down()]],
    ["Look at it:", [preview(), status(), route(), metrics()]],
    ["Set up a shell:", [env(), completion(root), help(root)]],
    ["Test Evenkeel itself:", [proof(), bench(), check(), schema()]],
  ];
  for (const [title, commands] of groups) for (const command of commands) root.addCommand(command.helpGroup(title));
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) => `${code} ${meaning}`);
  return root.addHelpText("after", `\nExit codes: ${codes.join(", ")}`);
}

function version(): string {
  const file = path.join(path.dirname(__dirname), "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
