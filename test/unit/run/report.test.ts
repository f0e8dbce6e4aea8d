import { expect } from "chai";
import type { TestResult } from "../../run/messages";
import { type Detail, failures, lastLine, Reporter, summary } from "../../run/report";

const passed: TestResult = { path: ["A duration", "is read"], state: "passed", milliseconds: 1_200 };
const failed: TestResult = {
  path: ["A site", "comes up"],
  state: "failed",
  milliseconds: 300,
  error: "Error: no\n    at line 1",
};
const skipped: TestResult = { path: ["A disk", "is full"], state: "skipped", milliseconds: 0 };

describe("The report of a run of the tests", () => {
  function printed(detail: Detail, act: (reporter: Reporter) => void): string {
    let text = "";
    act(new Reporter((part) => (text += part), detail));
    return text;
  }
  const file = "test/unit/a.test.ts";
  const run = (reporter: Reporter): void => {
    reporter.test(file, passed);
    reporter.output(file, "      10 requests\n");
    reporter.test(file, failed);
    reporter.test(file, skipped);
    reporter.done({ file, tests: [passed, failed, skipped], milliseconds: 2_000 });
  };

  it("has a line for each file, below it what failed, was skipped or printed something", () => {
    expect(printed({ everyTest: false, atOnce: false }, run)).to.equal(
      [
        "✘ test/unit/a.test.ts: 3 tests, 2.0 s",
        "  ✘ A site comes up (0.3 s)",
        "      10 requests",
        "      Error: no",
        "          at line 1",
        "  - A disk is full (0.0 s)",
        "",
      ].join("\n"),
    );
  });

  it("has a line for each test where there are few, at once where there is one file", () => {
    expect(printed({ everyTest: true, atOnce: false }, run)).to.include("2.0 s\n  ✔ A duration is read (1.2 s)\n");
    const atOnce = printed({ everyTest: true, atOnce: true }, (reporter) => reporter.test(file, passed));
    expect(atOnce).to.equal("  ✔ A duration is read (1.2 s)\n");
  });

  it("says nothing of a file none of whose tests has such a name", () => {
    expect(
      printed({ everyTest: true, atOnce: false }, (reporter) => reporter.done({ file, tests: [], milliseconds: 5 })),
    ).to.equal("");
  });

  it("ends with a table of tiers, the slowest tests and the numbers", () => {
    const tiers = [
      { tier: "unit", files: 2, tests: [passed, skipped], milliseconds: 61_000 },
      { tier: "engine", files: 1, tests: [failed], milliseconds: 400 },
    ];
    expect(summary(tiers)).to.equal(
      [
        "  tier    files  tests  passed  failed  skipped  time",
        "  unit    2      2      1       0       1        61.0 s",
        "  engine  1      1      0       1       0        0.4 s",
        "  total   3      3      1       1       1        61.4 s",
        "",
        "  slowest  test",
        "  1.2 s    A duration is read",
        "  0.3 s    A site comes up",
        "  0.0 s    A disk is full",
        "",
        "1 passed, 1 failed, 1 skipped",
        "",
      ].join("\n"),
    );
  });

  it("has every failure once more", () => {
    expect(failures([passed, failed])).to.equal("✘ A site comes up\n    Error: no\n        at line 1\n\n");
  });

  it("leaves out skipped tests where there are none", () => {
    expect(lastLine([passed, passed])).to.equal("2 passed, 0 failed");
  });
});
