import type { Change, Properties } from "../../provider/resource";

/** The properties that two values differ in, as deep as both go: `networkInterfaces[0].subnetwork`. A list in another order is the same. */
export function changes(before: unknown, after: unknown, path = ""): Record<string, Change> {
  if (before === undefined && after === undefined) return {};
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return merged(keys.map((key) => changes(before[key], after[key], `${path}${segment(key, path)}`)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    if (sorted(before) === sorted(after)) return {};
    if (before.length === after.length)
      return merged(before.map((value: unknown, i) => changes(value, after[i], `${path}[${i}]`)));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return {};
  return { [path]: before === undefined ? "add" : after === undefined ? "delete" : "update" };
}

/**
 * Whether a change of a path is one of a property, or of all that it is part of.
 *
 * @param pattern The property, with `[]` for any element of a list: `networkInterfaces[].subnetwork`.
 */
export function touches(path: string, pattern: string): boolean {
  const changed = path.replaceAll(/\[\d+\]/g, "[]");
  return changed === pattern || isBelow(changed, pattern) || isBelow(pattern, changed);
}

/** The values at a property, with `[]` for every element of a list; what is absent is left out. */
export function valuesAt(properties: Properties, pattern: string): unknown[] {
  const steps = pattern.replaceAll("[]", ".[]").split(".");
  return steps
    .reduce<unknown[]>(
      (values, step) =>
        values.flatMap((value) =>
          step === "[]" ? (Array.isArray(value) ? (value as unknown[]) : []) : isMap(value) ? [value[step]] : [],
        ),
      [properties],
    )
    .filter((value) => value !== undefined && value !== null);
}

/** A map without one of its keys. */
export function without(properties: Properties, key: string): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== key));
}

function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}

function segment(key: string, path: string): string {
  if (!/^[A-Za-z_]\w*$/.test(key)) return `["${key}"]`;
  return path === "" ? key : `.${key}`;
}

function merged(all: Record<string, Change>[]): Record<string, Change> {
  return Object.assign({}, ...all) as Record<string, Change>;
}

function sorted(list: readonly unknown[]): string {
  return list
    .map((value) => JSON.stringify(value))
    .sort()
    .join();
}

function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
