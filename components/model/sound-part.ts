import type { z } from "zod";

/** A path that a placeholder is for, `*` for any name or index, and the placeholder. */
type Placeholder = readonly [path: string, value: unknown];

/** A name that no part of a stack has. */
const NOBODY = "nobody-has-this-name";

/**
 * What takes the place of a faulty value that is required, so that the rest of what it belongs to is validated all the same. Nothing is
 * ever said of a placeholder: problems of a faulty path are dropped. None follows elsewhere from one, either.
 */
const PLACEHOLDERS: readonly Placeholder[] = [
  ["site.name", NOBODY],
  ["loadBalancers.*", { in: NOBODY }],
  ["loadBalancers.*.in", NOBODY],
  ["pools.*.servers", {}],
  ["passthrough.port", 1],
  ["passthrough.routes", [{ pool: NOBODY }]],
  ["passthrough.routes.*.pool", NOBODY],
  ["tls.acme.agree", true],
  ["tls.acme.domains", ["nobody.example"]],
  ["spikes.*.at", { start: "2000-01-01T00:00", end: "2100-01-01T00:00", timeZone: "UTC" }],
  ["spikes.*.at.start", "2000-01-01T00:00"],
  ["spikes.*.at.end", "2100-01-01T00:00"],
  ["spikes.*.at.timeZone", "UTC"],
  ["spikes.*.pools", {}],
];

/**
 * Returns what a schema takes of a section that it finds faults with: faulty values are left out, or have placeholders where they are
 * required; where neither will do, what they belong to is left out. Undefined where nothing is left.
 *
 * @param issues The faults.
 */
export function soundPart(section: string, schema: z.ZodType, given: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const rest = { [section]: structuredClone(given) };
  let faults = issues;
  // Each round leaves something out, or puts a placeholder where there was none.
  for (;;) {
    for (const fault of faults) {
      const keys = fault.code === "unrecognized_keys" ? fault.keys.map((key) => [...fault.path, key]) : [fault.path];
      for (const key of keys) leaveOut(rest, [section, ...key]);
    }
    if (!Object.hasOwn(rest, section)) return undefined;
    const result = schema.safeParse(rest[section]);
    if (result.success) return result.data;
    faults = result.error.issues;
  }
}

/** Leaves out what is at a path, or the next larger part that can be left out. */
function leaveOut(root: unknown, path: readonly PropertyKey[]): void {
  const parts = path.slice(0, -1);
  const key = path.at(-1) ?? "";
  const holder = parts.reduce<unknown>((at, part) => (isHolder(at) ? at[part] : undefined), root);
  // Another fault has taken all of it already.
  if (!isHolder(holder)) return;
  const placeholder = PLACEHOLDERS.find(([pattern]) => matches(pattern, path));
  if (placeholder !== undefined && !isSame(holder[key], placeholder[1])) {
    holder[key] = structuredClone(placeholder[1]);
    return;
  }
  // Without an element the others of its list would have other numbers.
  if (Object.hasOwn(holder, key) && !Array.isArray(holder)) Reflect.deleteProperty(holder, key);
  else if (parts.length > 0) leaveOut(root, parts);
}

function matches(pattern: string, path: readonly PropertyKey[]): boolean {
  const parts = pattern.split(".");
  return parts.length === path.length && parts.every((part, i) => part === "*" || part === path[i]);
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function isHolder(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
