import { EvenkeelCommand } from "../command-line/command";
import { stackOption, type StackOptions } from "../command-line/options";

export function metrics(): EvenkeelCommand {
  return new EvenkeelCommand("metrics")
    .summary("write Prometheus configuration, alerts and a Grafana dashboard")
    .description("Writes Prometheus configuration, alerts and a Grafana dashboard of a stack into a folder.")
    .addOption(stackOption())
    .requiredOption("--out <folder>", "folder to write the files into; created if missing")
    .example("evenkeel metrics --out monitoring", "of the site on this machine")
    .runs<StackOptions & { out: string }>(async ({ options }) => (await import("../actions/metrics.ts")).metrics(options));
}
