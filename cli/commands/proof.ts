import { EvenkeelCommand } from "../command-line/command";
import { wholeNumber } from "../command-line/options";

export function proof(): EvenkeelCommand {
  return new EvenkeelCommand("proof")
    .summary("make every planned change under load, and count what it costs")
    .description(
      "Makes every planned change on a throwaway site under load, and counts lost requests. Exits with 1 if anything was lost.",
    )
    .argument("[words...]", "only changes with one of these words in their name or part")
    .option("--times <count>", "how often to run", wholeNumber, 1)
    .example("evenkeel proof", "every change but those of `every`")
    .example("evenkeel proof deploy pool --times 3", "some of them, three times")
    .example("evenkeel proof HTTP/2", "the part with this title")
    .example("evenkeel proof every", "every key of a stack: takes long")
    .runs<{ times: number }>(async ({ options, words }) =>
      (await import("../../drills/changes/main.ts")).proveChanges({ ...options, only: words }),
    );
}
