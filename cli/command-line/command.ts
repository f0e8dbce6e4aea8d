import { Command, type ErrorOptions, Option } from "commander";
import { slipOf } from "./nearest";
import { UsageError } from "./usage-error";

/** The widest line of a help text, in columns. */
export const HELP_WIDTH = 100;

/** A command line that help and documentation show. */
export interface Example {
  /** As it is typed. */
  readonly line: string;
  /** What it does, in a few words. */
  readonly does: string;
}

/** What a command was given. */
export interface Given<Options> {
  readonly options: Options;
  /** The words that are no options. */
  readonly words: readonly string[];
  /** The words after `--`, which are for another program. */
  readonly further: readonly string[];
}

/** A command of `evenkeel`, or all of it. Whatever it can't take is a {@link UsageError} with the nearest that it takes. */
export class EvenkeelCommand extends Command {
  readonly examples: Example[] = [];
  /** The program that gets the words after `--`; undefined where there must be none. */
  furtherFor: string | undefined;
  /** The words after `--` of this run; of the root alone. */
  further: readonly string[] = [];

  constructor(name?: string) {
    super(name);
    this.exitOverride()
      .helpCommand(false)
      .helpOption("-h, --help", "print this help")
      .configureHelp({ minWidthToWrap: 40, subcommandTerm: (command) => command.name() })
      .configureOutput({ getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth })
      .addHelpText("after", () => this.examplesText());
  }

  override createCommand(name?: string): EvenkeelCommand {
    return new EvenkeelCommand(name);
  }

  /** Its subcommands. */
  get children(): EvenkeelCommand[] {
    return this.commands.filter((command) => command instanceof EvenkeelCommand);
  }

  /** The subcommand of a name. @throws UsageError with the nearest one, where there is none. */
  childNamed(name: string): EvenkeelCommand {
    const found = this.children.find((child) => child.name() === name);
    if (found !== undefined) return found;
    const meant = slipOf(
      name,
      this.children.map((child) => child.name()),
    );
    throw new UsageError(`unknown command '${name}'${meant === undefined ? "" : `; did you mean ${meant}?`}`, this.fullName);
  }

  /** What is typed to run it: `evenkeel check tls`. */
  get fullName(): string {
    return this.parent instanceof EvenkeelCommand ? `${this.parent.fullName} ${this.name()}` : this.name();
  }

  /** All of its options, less help. */
  get ownOptions(): readonly Option[] {
    return this.options;
  }

  example(line: string, does: string): this {
    this.examples.push({ line, does });
    return this;
  }

  /** Lets words stand after `--`, which are for another program, such as Pulumi. */
  passesOn(program: string): this {
    this.furtherFor = program;
    return this.usage(`[options] [-- <options of ${program}>]`);
  }

  /** What it does. Modules that only the work needs are loaded by the action itself: help must be quick, and start nothing. */
  runs<Options extends object = object>(action: (given: Given<Options>) => Promise<void>): this {
    return this.action(() => action({ options: this.opts<Options>(), words: this.args, further: this.root.further }));
  }

  override error(message: string, { code }: ErrorOptions = {}): never {
    throw new UsageError(this.explain(message.replace(/^error: /, ""), code), this.fullName);
  }

  private get root(): EvenkeelCommand {
    return this.parent instanceof EvenkeelCommand ? this.parent.root : this;
  }

  private explain(message: string, code: string | undefined): string {
    if (code === "commander.excessArguments") return this.unexpectedWords();
    const line = message.replace(/\n\(Did you mean (.*)\?\)$/s, "; did you mean $1?");
    if (code !== "commander.unknownOption" || this.furtherFor === undefined || line !== message) return line;
    const [option = ""] = /--?[^' ]+/.exec(line) ?? [];
    return `${line}; an option of ${this.furtherFor} goes after --: ${this.fullName} -- ${option}`;
  }

  private unexpectedWords(): string {
    const words = this.args.slice(this.registeredArguments.length);
    const isStack = this.options.some(({ long }) => long === "--stack");
    return `unexpected ${words.length === 1 ? "word" : "words"} ${words.join(" ")}${isStack ? `; a stack is named by --stack ${words[0] ?? ""}` : ""}`;
  }

  private examplesText(): string {
    if (this.examples.length === 0) return "";
    const width = Math.max(...this.examples.map(({ line }) => line.length));
    return `\nExamples:\n${this.examples.map(({ line, does }) => `  ${line.padEnd(width)}  # ${does}`).join("\n")}`;
  }
}

function helpWidth(): number {
  return Math.min(process.stdout.columns || HELP_WIDTH, HELP_WIDTH);
}
