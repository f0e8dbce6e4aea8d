import { closest, distance } from "fastest-levenshtein";

/** One thing that is wrong with a stack file, and where. */
export interface Problem {
  /** Path below `evenkeel:`, as its user writes it, for example `pools.web.servers.frankfurt`. */
  readonly path: string;
  /** What is wrong, the value got, and what is allowed; reads as a sentence after the path. */
  readonly message: string;
}

/** The problems of `source` as the text that its user reads: one line each, the paths in a column. */
export function report(source: string, problems: readonly Problem[]): string {
  const width = Math.min(44, Math.max(...problems.map(({ path }) => path.length)));
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${source} has ${count}:`, ...problems.map(({ path, message }) => `  ${path.padEnd(width)}  ${message}`)].join("\n");
}

/** A path in the stack file, from its parts: `["pools", "web", "servers"]` is `pools.web.servers`, a number is an index. */
export function pathOf(parts: readonly PropertyKey[]): string {
  return parts.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`)).join("");
}

/** `"; did you mean x?"` where one of `known` is spelt nearly like `got`, otherwise nothing. */
export function suggestion(got: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(got, [...known]);
  const edits = distance(got, nearest);
  // Of a single letter nothing is left after one edit: any other would be as near.
  return edits < got.length && edits <= Math.max(1, Math.floor(got.length / 3)) ? `; did you mean ${nearest}?` : "";
}

/** That a name is none of the data centers. */
export function notADataCenter(name: string, all: readonly string[]): string {
  return `is not one of the data centers: ${all.join(", ")}${suggestion(name, all)}`;
}

/** The names that `got` may be a slip of, as the end of a message: all of them when they are few, else the nearest three. */
export function nearest(got: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  if (known.length <= 6) return `: ${known.join(", ")}${suggestion(got, known)}`;
  const byDistance = known.map((name) => [distance(got, name), name] as const).sort(([left], [right]) => left - right);
  return `; the nearest are ${byDistance
    .slice(0, 3)
    .map(([, name]) => name)
    .join(", ")}`;
}

/** A value as a message shows it: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const plain =
    typeof value === "string" && /^[\w./:{}-]+(?: +[\w./:{}-]+)*$/.test(value) && !/^(?:[\d.-]+|true|false|null)$/.test(value);
  const text = plain ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
