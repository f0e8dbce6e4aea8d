import { type Batch, BATCH } from "../components/model/operations/batches";
import { refuse } from "../components/refusal";
import type { Context } from "./context";

/**
 * The batch of a deploy that the program is run for; undefined when it is no deploy, and every server takes what the stack asks for.
 *
 * @throws pulumi.RunError when it is not what `npm run deploy` says.
 */
export function readBatch({ [BATCH]: text }: Context["environment"]): Batch | undefined {
  if (text === undefined || text === "") return undefined;
  const { takes, proven } = parsed(text) as { readonly [Key in keyof Batch]?: unknown };
  if (isNames(takes) && isNames(proven)) return { takes, proven };
  return refuse("The environment", [{ path: BATCH, message: "is for npm run deploy alone; unset it" }]);
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
