import type * as pulumi from "@pulumi/pulumi";
import { PROCESS } from "./contracts/process";

/**
 * A transformation that leaves a resource all of the inputs that it has in the state; one that is not there yet is made with those that are
 * given.
 *
 * Each input is named: with `*` the state would also take a name that the provider made up for one that was given, and the day that
 * the resource is kept no more it would be replaced under another. Nobody makes up an input of a process, so there also what is left out
 * now is as it was.
 */
export function asItIs({ type, props, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
  const inputs = Object.entries(props as Record<string, unknown>).filter(([, value]) => value !== undefined || type === PROCESS);
  return { props, opts: { ...opts, ignoreChanges: inputs.map(([input]) => input) } };
}
