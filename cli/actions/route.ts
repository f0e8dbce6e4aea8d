import { readStackFile, sectionsOf } from "../../workspace/stack-file";
import { soundStack } from "../../workspace/stated-stack";
import { chosenStack } from "../chosen-stack";
import type { StackOptions } from "../command-line/options";
import { decide, type Deciding, type RequestOptions, requestOf } from "../route-decision";

/** Prints which route a request takes, from the stack file alone: nothing is deployed for it, and no balancer is asked. */
export function route(
  { stack, json, ...request }: StackOptions & RequestOptions & { readonly json?: true },
  words: readonly string[],
): void {
  const { text, ...decision } = decide(routedStack(chosenStack(stack)), requestOf(words, request));
  console.log(json ? JSON.stringify(decision, null, 2) : text);
}

/** A stack as its file states it: without routes, none is made up that nobody finds there. @throws Error with every problem of the file. */
export function routedStack(name: string): Deciding {
  const stack = soundStack(name);
  return sectionsOf(readStackFile(name).config).routes === undefined ? { ...stack, routes: undefined } : stack;
}
