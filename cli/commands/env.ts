import { EvenkeelCommand } from "../command-line/command";
import { jsonOption, stackOption, type StackOptions } from "../command-line/options";

export function env(): EvenkeelCommand {
  return new EvenkeelCommand("env")
    .summary("print the variables that plain Pulumi needs")
    .description(
      "Prints shell commands that set what plain Pulumi needs for a stack: for a local one its backend and passphrase. For another one they unset what a local stack has set.",
    )
    .addOption(stackOption())
    .addOption(jsonOption())
    .example('eval "$(npx evenkeel env)"', "then npx pulumi works on the local stack")
    .example('eval "$(npm run -s env -- --stack production)"', "undoes it for a stack in a cloud")
    .runs<StackOptions & { json?: true }>(async ({ options }) => (await import("../actions/env.ts")).env(options));
}
