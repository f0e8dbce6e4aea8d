import type { DeclaredResource, Inputs } from "../record";

/** What a check of our own has against a resource. */
export interface Finding {
  readonly about: DeclaredResource;
  readonly message: string;
}

/** One check of our own, of everything that was declared. */
export type Check = (declared: readonly DeclaredResource[]) => Finding[];

/** A check of each resource by itself: what is wrong with it, a sentence each. */
export function ofEach(problems: (resource: DeclaredResource) => readonly string[]): Check {
  return (declared) => declared.flatMap((about) => problems(about).map((message) => ({ about, message })));
}

/** An input that is text; undefined when it is absent or something else. */
export function text(inputs: Inputs, of: string): string | undefined {
  const value = inputs[of];
  return typeof value === "string" ? value : undefined;
}

/** An input that has entries; empty when it is absent. */
export function entries(inputs: Inputs, of: string): Inputs {
  const value = inputs[of];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Inputs) : {};
}

/** An input that is a list; empty when it is absent. */
export function list(inputs: Inputs, of: string): readonly unknown[] {
  const value = inputs[of];
  return Array.isArray(value) ? value : [];
}

/** The texts in an input that is a list. */
export function texts(inputs: Inputs, of: string): readonly string[] {
  return list(inputs, of).map(shown);
}

/** The objects in an input that is a list. */
export function objects(inputs: Inputs, of: string): readonly Inputs[] {
  return list(inputs, of).filter((item): item is Inputs => typeof item === "object" && item !== null);
}

/** An input as text, for messages too: text as it is. */
export function shown(value: unknown): string {
  if (value === undefined) return "unset";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whether a value is a whole number in a range, its ends included. */
export function isWithin(value: unknown, low: number, high: number): boolean {
  return Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
}
