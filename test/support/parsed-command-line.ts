import { EvenkeelCommand } from "../../cli/command-line/command";
import { runCommandLine } from "../../cli/command-line/run";
import { evenkeel } from "../../cli/program";

/** What a command line would run. */
export interface Parsed {
  /** Full name of the command, such as `evenkeel check tls`. */
  readonly command: string;
  readonly options: Record<string, unknown>;
  readonly words: readonly string[];
  readonly further: readonly string[];
}

/** How a command line ends that was not run. */
export interface Outcome {
  /** What it would run; undefined when it was refused, or asked for a text. */
  readonly run?: Parsed;
  /** Its exit code; undefined where the command would decide. */
  readonly code?: number;
  /** What was printed to standard error. */
  readonly complaint: string;
  /** What was printed to standard output. */
  readonly text: string;
}

/** All commands, in an order that is always the same, the root first. */
export function commandsOf(root: EvenkeelCommand): EvenkeelCommand[] {
  return [root, ...root.children.flatMap(commandsOf)];
}

/** Reads a command line as `evenkeel` does, up to the point where the command would begin its work. Texts are still printed. */
export async function parse(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const root = evenkeel();
  let [complaint, text] = ["", ""];
  let run: Parsed | undefined;
  const texts = { writeOut: (part: string) => void (text += part), writeErr: (part: string) => void (complaint += part) };
  for (const command of commandsOf(root)) {
    command.configureOutput({ ...texts, getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 });
    if (command === root || command.children.length > 0 || command.name() === "help") continue;
    command.runs(({ options, words, further }) => {
      run = { command: command.fullName, options: { ...options }, words, further };
      return Promise.resolve();
    });
  }
  const code = await runCommandLine(root, argv, { env, complain: (part) => void (complaint += part) });
  return { ...(run === undefined ? {} : { run }), ...(code === undefined ? {} : { code }), complaint, text };
}

/** {@link parse}, for a command line that is right. @throws Error when it is refused */
export async function parsedCommand(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Parsed> {
  const { run, complaint } = await parse(argv, env);
  if (run === undefined) throw new Error(`evenkeel ${argv.join(" ")} runs nothing: ${complaint}`);
  return run;
}

/** The words of a command line as a shell takes them apart, less variables, and up to a pipe or the next command. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, single, double, plain] of line.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"]+)/g)) {
    if (plain !== undefined && /^([|&;>#<]|\|\||2>)/.test(plain)) break;
    words.push(single ?? double ?? plain ?? "");
  }
  return words;
}
