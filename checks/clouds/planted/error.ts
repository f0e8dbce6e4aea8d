import type { OwnJudge } from "../own-checks";
import type { DeclaredResource, Inputs } from "../record";

/** Judges that others wrote, by the names they give themselves. */
export const JUDGES = ["moto", "cfn-lint", "discovery document", "OpenAPI document"] as const;

/** Who can refuse a resource. */
export type JudgeName = (typeof JUDGES)[number] | OwnJudge;

/** At least one: an error that nobody refuses is none to plant, but a check to write. */
type Refusers = readonly [JudgeName, ...JudgeName[]];

/** Makes unsound inputs of sound ones. `others` are those of the same type. */
export type Change = (inputs: Inputs, others: readonly DeclaredResource[]) => Inputs;

/** Where an error is planted. */
export interface Place {
  /** Into which of its type, of all that was declared. @default the first */
  readonly into?: (inputs: Inputs, declared: readonly DeclaredResource[]) => boolean;
  /** Whether it shows only beside the others of the type. @default false */
  readonly besideOthers?: boolean;
}

/** An error that is put into a sound resource, for the judges to find. */
export interface PlantedError extends Place {
  /** Type of the resource. */
  readonly type: string;
  /** What is wrong with it then, as it stands in a table. */
  readonly what: string;
  /** Those who are known to refuse it; others may, too. */
  readonly refusedBy: Refusers;
  readonly change: Change;
}

type Planting = Omit<PlantedError, "type">;

/** Errors in one type of resource. */
export function inType(type: string, plantings: readonly Planting[]): PlantedError[] {
  return plantings.map((planting) => ({ type, ...planting }));
}

/** An error: what it is, how it is made, and who refuses it. */
export function planted(what: string, change: Change, refusedBy: Refusers, place: Place = {}): Planting {
  return { what, change, refusedBy, ...place };
}

/** Gives inputs other values, each by its path, which may lead into objects and lists; undefined takes one away. */
export function but(values: Inputs): Change {
  return (inputs) =>
    Object.entries(values).reduce<unknown>((all, [path, value]) => changed(all, path.split("."), value), inputs) as Inputs;
}

/** Those of a type that have an input, or, of a list, at least one entry in it. */
export function having(key: string): Place {
  return { into: ({ [key]: value }) => (Array.isArray(value) ? value.length > 0 : value !== undefined) };
}

function changed(target: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
  const inner = (before: unknown): unknown => (rest.length > 0 ? changed(before, rest, value) : value);
  if (Array.isArray(target)) return target.map((item: unknown, index) => (index === Number(key) ? inner(item) : item));
  const before = (target ?? {}) as Inputs;
  const { [key]: gone, ...others } = before;
  const made = inner(gone);
  return made === undefined ? others : { ...others, [key]: made };
}
