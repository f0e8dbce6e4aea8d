import { EvenkeelCommand } from "../command-line/command";
import { jsonOption, stackOption } from "../command-line/options";
import type { PreviewOptions } from "../actions/preview";

export function preview(): EvenkeelCommand {
  return new EvenkeelCommand("preview")
    .summary("show what `up` would change, and change nothing")
    .description("Shows what `up` would change, compared with what is deployed. Changes nothing.")
    .addOption(stackOption())
    .option("--fake-clouds", "preview against simulated cloud APIs: needs no account, and shows a first `up`")
    .addOption(jsonOption())
    .passesOn("Pulumi")
    .example("evenkeel preview", "the site on this machine")
    .example("evenkeel preview --stack production --fake-clouds", "a stack in clouds, without an account")
    .example("evenkeel preview -- --expect-no-changes", "fails if anything would change")
    .runs<PreviewOptions>(async ({ options, further }) => (await import("../actions/preview.ts")).preview(options, further));
}
