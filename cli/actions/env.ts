import { pulumiEnvironment, variablesToUnset } from "../../workspace/backend";
import { chosenStack } from "../chosen-stack";
import type { StackOptions } from "../command-line/options";

/** Prints what a shell needs so that plain `npx pulumi` works on a stack, also after the same for another stack. */
export function env({ stack: name, json }: StackOptions & { readonly json?: true }): void {
  const stack = chosenStack(name);
  const [set, unset] = [pulumiEnvironment(stack), variablesToUnset(stack)];
  if (json) {
    console.log(JSON.stringify({ ...Object.fromEntries(unset.map((key) => [key, null])), ...set }, null, 2));
    return;
  }
  if (unset.length > 0) console.log(`unset ${unset.join(" ")}`);
  for (const [key, value] of Object.entries(set)) console.log(`export ${key}='${value.replaceAll("'", "'\\''")}'`);
}
