import { performance } from "node:perf_hooks";

/** Repeated measurements of one thing, in milliseconds. */
export type Sample = readonly number[];

/** How long `action` takes, in milliseconds. */
export async function timed(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** The value that half of them do not exceed. */
export function median(sample: Sample): number {
  const sorted = [...sample].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** Its least and its greatest value: `1.9-2.4`. */
export function spread(sample: Sample, unit: "s" | "ms"): string {
  return `${written(Math.min(...sample), unit)}-${written(Math.max(...sample), unit)}`;
}

/** A time in a unit, without its name, in three digits or so. */
export function written(ms: number, unit: "s" | "ms"): string {
  const value = unit === "s" ? ms / 1000 : ms;
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
