import { Argument } from "commander";
import { EvenkeelCommand } from "../command-line/command";
import { completionScript, SHELLS, type Shell } from "../command-line/completion";

/** @param root The command that is completed. */
export function completion(root: EvenkeelCommand): EvenkeelCommand {
  return new EvenkeelCommand("completion")
    .summary("print a completion script for a shell")
    .description("Prints a completion script of commands, options and stacks for a shell.")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .example('eval "$(npx evenkeel completion bash)"', "in ~/.bashrc, with alias evenkeel='npx evenkeel'")
    .example("npx evenkeel completion fish | source", "in fish")
    .runs(({ words: [shell] }) => {
      process.stdout.write(completionScript(root, shell as Shell));
      return Promise.resolve();
    });
}
