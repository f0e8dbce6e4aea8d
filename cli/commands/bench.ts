import { Argument } from "commander";
import { EvenkeelCommand } from "../command-line/command";

/** What can be measured. */
const PARTS = ["rendering", "balancers", "up", "clouds"];

export function bench(): EvenkeelCommand {
  return new EvenkeelCommand("bench")
    .summary("measure rendering, balancers, `up` and clouds")
    .description("Measures, and asserts nothing: prints a table for each part.")
    .addArgument(new Argument("[parts...]", "only these parts").choices(PARTS))
    .example("evenkeel bench", "everything; the balancers on Linux alone")
    .example("evenkeel bench rendering balancers", "only these parts")
    .runs(async ({ words }) => (await import("../../drills/bench/main.ts")).measure(words));
}
