import { EvenkeelCommand } from "../command-line/command";
import { type ChangeOptions, stackOption, unlockOption, yesOption } from "../command-line/options";

export function up(): EvenkeelCommand {
  return new EvenkeelCommand("up")
    .summary("create or change what a stack declares, and restart what died")
    .description(
      "Creates or changes what a stack declares, without losing a request, and restarts what died. Reports what runs where.",
    )
    .addOption(stackOption())
    .addOption(yesOption())
    .addOption(unlockOption())
    .passesOn("Pulumi")
    .example("evenkeel up", "the site on this machine")
    .example("evenkeel up --stack production --yes", "in a cloud, without a question")
    .example("evenkeel up --stack tour -- --diff", "shows every changed property")
    .runs<ChangeOptions>(async ({ options, further }) => (await import("../actions/up.ts")).up(options, further));
}
