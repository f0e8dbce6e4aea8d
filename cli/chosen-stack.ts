import { placementOf, reasonAgainstBackend } from "../workspace/backend";
import { knownStacks, readStackFile } from "../workspace/stack-file";
import { soundStack } from "../workspace/stated-stack";
import { slipOf } from "./command-line/nearest";
import { DEFAULT_STACK } from "./command-line/options";
import { UsageError } from "./command-line/usage-error";

/**
 * The stack that a command works on, whose file Pulumi can take as it is meant.
 *
 * @param name As it was named on the command line.
 * @throws Error saying what is wrong with it. A command must never fall back to another stack than its user meant.
 */
export function chosenStack(name: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const stack = name ?? DEFAULT_STACK;
  if (name === undefined && (env.PULUMI_STACK ?? stack) !== stack)
    throw new UsageError(
      `PULUMI_STACK is ${env.PULUMI_STACK ?? ""}, which no command reads: name a stack by --stack, or unset it`,
    );
  const known = knownStacks();
  if (!known.includes(stack)) {
    const meant = slipOf(stack, known);
    throw new UsageError(
      `There is no stack ${stack}: stacks/Pulumi.${stack}.yaml does not exist. The stacks are: ${known.join(", ")}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    );
  }
  const { problem } = readStackFile(stack);
  if (problem !== undefined) throw new Error(problem);
  // Where its machines are can't be told then, nor what keeps its state.
  if (placementOf(stack) === "unknown") soundStack(stack);
  return stack;
}

/** {@link chosenStack}, for a command that reads or changes what the stack's backend keeps. @throws Error also where that backend must not have it. */
export function stackWithBackend(name: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const stack = chosenStack(name, env);
  const reason = reasonAgainstBackend(stack, env);
  if (reason !== undefined) throw new Error(reason);
  return stack;
}
