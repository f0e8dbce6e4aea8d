import { CommanderError } from "commander";
import { EvenkeelCommand } from "./command";
import { FAILED, WRONG_USAGE } from "./exit-codes";
import { checkFurther, splitAtDashes } from "./further";
import { swallowedByNpm } from "./swallowed";
import { UsageError } from "./usage-error";

/** Where a command line is run, as far as it matters before a command does its work. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Prints to standard error. */
  readonly complain: (text: string) => void;
}

const OURS: Surroundings = { env: process.env, complain: (text) => process.stderr.write(text) };

/**
 * Runs a command line on a tree of commands; the exit code, which is undefined where the command itself decides. What goes wrong is printed, never thrown.
 */
export async function runCommandLine(
  root: EvenkeelCommand,
  argv: readonly string[],
  { env, complain }: Surroundings = OURS,
): Promise<number | undefined> {
  try {
    await run(root, argv, env);
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code !== "commander.help") return undefined;
      complain("\nWhich one? Nothing was done.\n");
      return WRONG_USAGE;
    }
    complain(`${error instanceof Error ? error.message : String(error)}\n`);
    if (!(error instanceof UsageError)) return FAILED;
    if (error.command !== undefined) complain(`See ${error.command} --help.\n`);
    return WRONG_USAGE;
  }
}

async function run(root: EvenkeelCommand, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { own, further } = splitAtDashes(argv);
  if (argv.length === 0) {
    root.outputHelp();
    return;
  }
  const swallowed = swallowedByNpm(root, env);
  if (swallowed !== undefined && !own.some((word) => word === "--help" || word === "-h")) throw new UsageError(swallowed);
  root.further = further;
  root.hook("preAction", (_, command) => {
    if (command instanceof EvenkeelCommand) checkFurther(command, further);
  });
  await root.parseAsync([...own], { from: "user" });
}
