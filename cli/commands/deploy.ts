import { EvenkeelCommand } from "../command-line/command";
import { type ChangeOptions, stackOption, unlockOption, yesOption } from "../command-line/options";

export function deploy(): EvenkeelCommand {
  return new EvenkeelCommand("deploy")
    .summary("replace servers in batches, then change the rest")
    .description(
      "Replaces servers in batches of at most rollout.maxSurge extra servers, then changes the rest. Stops at the first batch of a version that is not healthy. Run again, it continues.",
    )
    .addOption(stackOption())
    .addOption(yesOption())
    .addOption(unlockOption())
    .passesOn("Pulumi")
    .example("evenkeel deploy", "a new version of an app, a few servers at a time")
    .example("evenkeel deploy --stack production --yes", "without a question before each batch")
    .runs<ChangeOptions>(async ({ options, further }) => (await import("../actions/deploy.ts")).deploy(options, further));
}
