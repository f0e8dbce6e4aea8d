import { EvenkeelCommand } from "../command-line/command";

/** @param root The command whose subcommands it explains. */
export function help(root: EvenkeelCommand): EvenkeelCommand {
  return new EvenkeelCommand("help")
    .summary("print the help of a command")
    .description("Prints the help of a command.")
    .argument("[command...]", "the command, such as check tls")
    .example("evenkeel help up", "the same as evenkeel up --help")
    .runs(({ words }) => {
      let command = root;
      for (const word of words) command = command.childNamed(word);
      command.outputHelp();
      return Promise.resolve();
    });
}
