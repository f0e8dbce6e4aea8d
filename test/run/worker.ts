import * as path from "node:path";
import Mocha from "mocha";
import { ROOT } from "../../workspace/project";
import { allow, takeRefusals } from "../support/guard";
import { mochaHooks } from "../support/hooks";
import { describeError } from "./failure";
import type { Message, RunFile, TestResult } from "./messages";

/** How long a test may take on a busy machine, in milliseconds, unless it says otherwise itself. */
const TIMEOUT = 300_000;

/* A process that runs test files, one after the other, as it is told. What they have loaded stays loaded. */

let isRunning = false;

process.on("message", (message: RunFile) => void runFile(message));
process.on("disconnect", () => {
  // Whoever started it is gone: no test goes on for nobody.
  if (isRunning) process.emit("SIGTERM", "SIGTERM");
});

// What tests print belongs to the report, between the lines of its file.
for (const stream of [process.stdout, process.stderr])
  stream.write = (chunk: string | Uint8Array): boolean => {
    report({ kind: "output", text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString() });
    return true;
  };

async function runFile({ file, tier, grep, forbidPending }: RunFile): Promise<void> {
  isRunning = true;
  allow(tier);
  const mocha = new OneFile({
    timeout: TIMEOUT,
    forbidOnly: true,
    forbidPending,
    rootHooks: mochaHooks,
    reporter: Report,
    ...(grep !== undefined && { grep: new RegExp(grep) }),
  });
  try {
    mocha.load(path.join(ROOT, file));
    await new Promise((resolve) => mocha.run(resolve));
  } catch (error) {
    reportFailure([file, "is loaded"], describeError(error));
  }
  mocha.dispose();
  // A test may have caught what it was refused with.
  const refusals = takeRefusals();
  if (refusals.length > 0) reportFailure([file, "keeps to its tier"], refusals.join("\n"));
  isRunning = false;
  report({ kind: "done" });
}

class OneFile extends Mocha {
  load(file: string): void {
    this.addFile(file);
    this.loadFiles();
  }
}

/** Reports each test as it ends. */
class Report extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on("pass", (test) => reportTest(test, "passed"));
    runner.on("pending", (test) => reportTest(test, "skipped"));
    runner.on("fail", (test, error: unknown) => reportTest(test, "failed", describeError(error)));
  }
}

function reportTest(test: Mocha.Runnable, state: TestResult["state"], error?: string): void {
  report({
    kind: "test",
    test: { path: test.titlePath(), state, milliseconds: test.duration ?? 0, ...(error !== undefined && { error }) },
  });
}

function reportFailure(title: readonly string[], error: string): void {
  report({ kind: "test", test: { path: title, state: "failed", milliseconds: 0, error } });
}

function report(message: Message): void {
  if (process.connected) process.send?.(message);
}
