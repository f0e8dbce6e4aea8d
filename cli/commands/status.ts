import { EvenkeelCommand } from "../command-line/command";
import { jsonOption, stackOption, type StackOptions } from "../command-line/options";

export function status(): EvenkeelCommand {
  return new EvenkeelCommand("status")
    .summary("show the state of every balancer and server")
    .description("Shows the state of every balancer and server, certificates that end soon, and open spikes.")
    .addOption(stackOption())
    .addOption(jsonOption())
    .example("evenkeel status", "the site on this machine")
    .example("evenkeel status --stack tour --json", "for a program")
    .runs<StackOptions & { json?: true }>(async ({ options }) => (await import("../actions/status.ts")).status(options));
}
