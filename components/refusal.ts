import * as pulumi from "@pulumi/pulumi";
import { type Problem, report } from "./model/problem";
import { withoutStackTraces } from "./stack-traces";

/**
 * Ends the program with every problem of what its user wrote.
 *
 * @param source What the user wrote, for example `stacks/Pulumi.local.yaml`.
 * @throws pulumi.RunError always, whose message is all that is shown.
 */
export function refuse(source: string, problems: readonly Problem[]): never {
  // Nobody sees this error's stack, yet the SDK was seen to spend many seconds on it when the program runs under ts-node.
  throw withoutStackTraces(() => new pulumi.RunError(report(source, problems)));
}
