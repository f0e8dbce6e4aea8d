import { closest, distance } from "fastest-levenshtein";

/** The one of `known` that `got` is a slip of: two letters more, less, wrong or swapped at most. Undefined when it is none. */
export function slipOf(got: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(got, [...known]);
  const edits = distance(got, nearest);
  return edits <= 2 && edits < got.length - 1 ? nearest : undefined;
}
