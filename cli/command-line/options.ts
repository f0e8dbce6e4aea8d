import { InvalidArgumentError, Option } from "commander";

/** The stack that a command works on unless another is named. */
export const DEFAULT_STACK = "local";

/** Which stack a command works on. */
export interface StackOptions {
  readonly stack?: string;
}

/** How a command that changes a stack goes about it. */
export interface ChangeOptions extends StackOptions {
  readonly yes?: true;
  readonly unlock?: true;
}

export function stackOption(): Option {
  return new Option("-s, --stack <name>", `stack to work on: stacks/Pulumi.NAME.yaml (default: ${DEFAULT_STACK})`).argParser(
    (value, before: string | undefined) => {
      if (value === "") throw new InvalidArgumentError("It needs the name of a stack.");
      if (before !== undefined && before !== value) throw new InvalidArgumentError(`${before} is named as well.`);
      return value;
    },
  );
}

export function yesOption(): Option {
  return new Option("-y, --yes", "go ahead without a question, as a pipeline must (a local stack asks nothing)");
}

export function unlockOption(): Option {
  return new Option("--unlock", "remove the lock of a run that was killed (runs pulumi cancel)");
}

export function jsonOption(): Option {
  return new Option("--json", "print JSON for a program to read");
}

export function strictOption(): Option {
  return new Option("--strict", "fail where a validator is not available");
}

/** A parser for an option that may be given several times. */
export function eachOf(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return number;
}
