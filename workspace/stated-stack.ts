import { report } from "../components/model/problem";
import { type ReadStack, readStack } from "../components/model/read-stack";
import type { ValidatedStack } from "../components/model/stack";
import { readStackFile, sectionsOf } from "./stack-file";

/** What the file of a stack states, with every default; undefined when it has a problem, which is for Pulumi's program to tell. */
export function statedStack(name: string): ValidatedStack | undefined {
  return stated(name).stack;
}

/** {@link statedStack}, for a verb that can't go on without it. @throws Error with every problem of the file. */
export function soundStack(name: string): ValidatedStack {
  const { stack, problems } = stated(name);
  if (stack === undefined) throw new Error(report(`stacks/Pulumi.${name}.yaml`, problems));
  return stack;
}

function stated(name: string): ReadStack {
  return readStack(sectionsOf(readStackFile(name).config), { name });
}
