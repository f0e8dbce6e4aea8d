import { soundStack } from "../../workspace/stated-stack";
import { chosenStack } from "../chosen-stack";
import type { StackOptions } from "../command-line/options";
import { decide, type RequestOptions, requestOf } from "../route-decision";

/** Prints which route a request takes, from the stack file alone: nothing is deployed for it, and no balancer is asked. */
export function route(
  { stack, json, ...request }: StackOptions & RequestOptions & { readonly json?: true },
  words: readonly string[],
): void {
  const { text, ...decision } = decide(soundStack(chosenStack(stack)), requestOf(words, request));
  console.log(json ? JSON.stringify(decision, null, 2) : text);
}
