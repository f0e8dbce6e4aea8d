import type { Catalogues } from "./clouds/catalogue";
import { isInClouds } from "./clouds/data-center";
import { type Problem, suggestion } from "./problem";
import { problemsBetween } from "./problems-between";
import { readSection } from "./read-section";
import { isSealed, sealProblems } from "./secret";
import { rolloutWithDefaults, sections, type Stack, type ValidatedStack } from "./stack";

type Section = keyof typeof sections;

/** A validated stack, or every problem of what was given. */
export type ReadStack =
  | { readonly stack: ValidatedStack; readonly problems: readonly [] }
  | { readonly stack?: undefined; readonly problems: readonly Problem[] };

/** What a stack is validated against, beside itself. */
export interface Surroundings {
  /** What each cloud offers. @default unknown, so that any region, zone and size is taken */
  readonly catalogues?: Catalogues;
  /** Name of the Pulumi stack, from which networks follow that are not stated. @default none */
  readonly name?: string;
  /** The time at which certificates must be valid. @default unknown, so that expired ones are taken */
  readonly now?: Date;
  /** The values of its secrets by name. @default unknown, so that any value is taken */
  readonly secretValues?: Readonly<Record<string, string>>;
}

/**
 * Reads a stack: the one function that parses, applies defaults and validates. It finds every problem at once: those of
 * each section's shape, and, as far as the shape is sound, those between sections.
 *
 * @param raw The values below `evenkeel:` by section; an empty key (null) counts as absent.
 */
export function readStack(raw: Readonly<Record<string, unknown>>, surroundings: Surroundings = {}): ReadStack {
  const { catalogues = () => undefined, name = "", now, secretValues } = surroundings;
  const given = withoutNulls(raw) as Record<string, unknown>;
  const seals = sealProblems(given, name);
  const problems: Problem[] = Object.keys(given)
    .filter((key) => !Object.hasOwn(sections, key))
    .map((key) => ({ path: key, message: `is not a key of a stack${suggestion(key, Object.keys(sections))}` }));
  problems.push(...seals);

  const read: Partial<Record<Section, unknown>> = {};
  for (const key of Object.keys(sections) as Section[]) {
    const { value, problems: found } = readSection(key, sections[key], given[key]);
    if (value !== undefined) read[key] = value;
    // A value may break several rules of its place; the first says enough.
    for (const problem of found) if (!isWithin(problem.path, seals) && !has(problems, problem.path)) problems.push(problem);
  }
  const places = isMap(given.dataCenters) ? Object.keys(given.dataCenters) : [];
  const secrets = isMap(given.secrets) && !isSealed(given.secrets) ? Object.keys(given.secrets) : [];
  const between = problemsBetween(read as Partial<Stack>, {
    catalogues,
    name,
    now,
    secrets,
    secretValues,
    // Without a single one there is one problem, not one at every place that names one.
    known: places.length === 0 ? undefined : places,
    faults: problems.map(({ path }) => path),
    isFaulty: (part) => problems.some(({ path }) => contains(part, path)),
  });
  // Of a value that is faulty itself nothing more is said.
  const all = [...problems, ...between.filter(({ path }) => !isWithin(path, problems))];
  return all.length === 0 ? { stack: completed(read as Stack), problems: [] } : { problems: all };
}

/** A stack with the defaults that depend on several of its sections. */
function completed(stack: Stack): ValidatedStack {
  const rollout = rolloutWithDefaults(stack.rollout, isInClouds(stack));
  // The one place where a stack becomes a validated one.
  return { ...stack, rollout } as ValidatedStack;
}

/** Whether a path is that of a part, or leads into it. */
function contains(part: string, path: string): boolean {
  return path === part || path.startsWith(`${part}.`) || path.startsWith(`${part}[`);
}

function isWithin(path: string, problems: readonly Problem[]): boolean {
  return problems.some((problem) => contains(problem.path, path));
}

function has(problems: readonly Problem[], path: string): boolean {
  return problems.some((problem) => problem.path === path);
}

function isMap(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}
