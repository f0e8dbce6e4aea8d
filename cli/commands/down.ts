import { EvenkeelCommand } from "../command-line/command";
import { type ChangeOptions, stackOption, unlockOption, yesOption } from "../command-line/options";

export function down(): EvenkeelCommand {
  return new EvenkeelCommand("down")
    .summary("destroy everything that a stack has created")
    .description(
      "Destroys everything that a stack has created. A stack that is not local is named and confirmed first; without a terminal that takes --yes. On this machine, leftover processes are stopped as well.",
    )
    .addOption(stackOption())
    .addOption(yesOption())
    .addOption(unlockOption())
    .passesOn("Pulumi")
    .example("evenkeel down", "the site on this machine")
    .example("evenkeel down --stack production", "a site in a cloud: asks first")
    .runs<ChangeOptions>(async ({ options, further }) => (await import("../actions/down.ts")).down(options, further));
}
