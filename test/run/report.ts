import { table } from "../../workspace/table";
import type { TestResult } from "./messages";
import type { FileResult, Listener } from "./pool";

/** How many of the slowest tests a run names. */
const SLOWEST = 10;
const MARKS = { passed: "✔", failed: "✘", skipped: "-" } as const;

/** What the tests of one tier came to. */
export interface TierResult {
  readonly tier: string;
  readonly files: number;
  readonly tests: readonly TestResult[];
  /** How long all of it took, files side by side. */
  readonly milliseconds: number;
}

/** How much a run prints as it goes. */
export interface Detail {
  /** A line for every test, not only for those that failed, were skipped or printed something. */
  readonly everyTest: boolean;
  /** Each line at once, which only one file at a time allows; otherwise a file's lines when it is done. */
  readonly atOnce: boolean;
}

/** Prints a run as it goes on, and keeps every test's result. */
export class Reporter implements Listener {
  /** All results so far. */
  readonly tests: TestResult[] = [];
  private readonly lines = new Map<string, string[]>();
  private readonly printed = new Map<string, string>();

  constructor(
    private readonly print: (text: string) => void,
    private readonly detail: Detail,
  ) {}

  output(file: string, text: string): void {
    if (this.detail.atOnce) this.print(text);
    else this.printed.set(file, (this.printed.get(file) ?? "") + text);
  }

  test(file: string, test: TestResult): void {
    this.tests.push(test);
    const text = this.printed.get(file) ?? "";
    this.printed.delete(file);
    if (!this.detail.everyTest && text === "" && test.state === "passed") return;
    this.add(file, `  ${MARKS[test.state]} ${nameOf(test)} (${seconds(test.milliseconds)})\n${text}`);
    if (test.error !== undefined) this.add(file, indented(test.error, 6));
  }

  done({ file, tests, milliseconds }: FileResult): void {
    const mark = MARKS[tests.some(({ state }) => state === "failed") ? "failed" : "passed"];
    // Words outside of any test are of no use unless something failed.
    const lines = [...(this.lines.get(file) ?? []), this.printed.get(file) ?? ""];
    this.lines.delete(file);
    this.printed.delete(file);
    if (tests.length === 0) return;
    this.print(`${mark} ${file}: ${count(tests.length, "test")}, ${seconds(milliseconds)}\n${lines.join("")}`);
  }

  private add(file: string, line: string): void {
    if (this.detail.atOnce) this.print(line);
    else this.lines.set(file, [...(this.lines.get(file) ?? []), line]);
  }
}

/** Every failure of a run. */
export function failures(tests: readonly TestResult[]): string {
  return tests
    .filter(({ state }) => state === "failed")
    .map((test) => `✘ ${nameOf(test)}\n${indented(test.error ?? "", 4)}\n`)
    .join("");
}

/** The end of a run: the table of tiers, the slowest tests, and, alone on the last line, the numbers. */
export function summary(tiers: readonly TierResult[]): string {
  const tests = tiers.flatMap((tier) => tier.tests);
  const slowest = [...tests].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST);
  const rows = tiers.map((tier) => [tier.tier, tier.files, ...numbers(tier.tests), seconds(tier.milliseconds)]);
  const whole = tiers.reduce((sum, tier) => sum + tier.milliseconds, 0);
  const total = ["total", tiers.reduce((sum, { files }) => sum + files, 0), ...numbers(tests), seconds(whole)];
  return [
    table(["tier", "files", "tests", "passed", "failed", "skipped", "time"], tiers.length > 1 ? [...rows, total] : rows),
    "",
    table(
      ["slowest", "test"],
      slowest.map((test) => [seconds(test.milliseconds), nameOf(test)]),
    ),
    "",
    lastLine(tests),
    "",
  ].join("\n");
}

/** As in `1560 passed, 0 failed` or `1558 passed, 0 failed, 2 skipped`. */
export function lastLine(tests: readonly TestResult[]): string {
  const [, passed, failed, skipped] = numbers(tests);
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

function numbers(tests: readonly TestResult[]): [all: number, passed: number, failed: number, skipped: number] {
  const of = (state: TestResult["state"]): number => tests.filter((test) => test.state === state).length;
  return [tests.length, of("passed"), of("failed"), of("skipped")];
}

function nameOf({ path }: TestResult): string {
  return path.join(" ");
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function indented(text: string, by: number): string {
  return `${text.trimEnd().replace(/^/gm, " ".repeat(by))}\n`;
}
