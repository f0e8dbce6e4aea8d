import type { EvenkeelCommand } from "./command";
import { UsageError } from "./usage-error";

/** Options of Pulumi that would lead it to another stack or project than the command was told, and what says the same. */
const NOT_FOR_PULUMI = [
  { matches: /^--stack(=|$)/, instead: "--stack NAME goes before the --" },
  { matches: /^-[a-zA-Z]*s/, instead: "--stack NAME goes before the --" },
  { matches: /^(--cwd(=|$)|-[a-zA-Z]*C)/, instead: "it always works in this project" },
  { matches: /^--config-file(=|$)/, instead: "a stack is read from stacks/Pulumi.NAME.yaml" },
];

/** A command line, apart: what is for `evenkeel`, and what stands after `--`. */
export function splitAtDashes(argv: readonly string[]): { own: readonly string[]; further: readonly string[] } {
  const at = argv.indexOf("--");
  return at < 0 ? { own: argv, further: [] } : { own: argv.slice(0, at), further: argv.slice(at + 1) };
}

/** @throws UsageError when the words after `--` are not what a command can pass on. */
export function checkFurther(command: EvenkeelCommand, further: readonly string[]): void {
  if (further.length === 0) return;
  const { furtherFor, fullName } = command;
  if (furtherFor === undefined) throw new UsageError(`nothing goes after --, where ${further.join(" ")} stands`, fullName);
  if (furtherFor !== "Pulumi") return;
  for (const word of further) {
    const found = NOT_FOR_PULUMI.find(({ matches }) => matches.test(word));
    if (found !== undefined) throw new UsageError(`${word} can't be passed on to Pulumi: ${found.instead}`, fullName);
  }
}
