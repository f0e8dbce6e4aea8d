import type { TierName } from "./tiers";

/* What the run and its workers say to each other, over Node's channel between processes. */

/** What a worker is told: run one file. */
export interface RunFile {
  readonly file: string;
  readonly tier?: TierName;
  /** A regular expression's source. */
  readonly grep?: string;
  /** Whether a skipped test fails. */
  readonly forbidPending: boolean;
}

/** How a test ended. */
export interface TestResult {
  /** The names of its suites, and its own. */
  readonly path: readonly string[];
  readonly state: "passed" | "failed" | "skipped";
  readonly milliseconds: number;
  /** Why it failed. */
  readonly error?: string;
}

/** What a worker tells. */
export type Message =
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "test"; readonly test: TestResult }
  | { readonly kind: "done" };
