import { readdirSync } from "node:fs";
import * as path from "node:path";
import { baseImage, SUITES } from "./base-image";
import { reasonAgainstLab, runInLab } from "./lab";
import { ROOT } from "../../workspace/project";

/** Tests that need machines; only a lab has them. */
const TESTS = path.join(ROOT, "test", "machines");
/** How long one test, or what comes before it, may take, in milliseconds. */
const TIMEOUT = 600_000;

/**
 * Runs the tests that boot machines, in a lab.
 *
 * @param further Further options of mocha.
 * @throws Error when no lab can be had where it must: in a pipeline that is root.
 */
export async function testMachines(further: readonly string[]): Promise<void> {
  const reason = reasonAgainstLab();
  if (reason !== undefined) {
    if (process.env.CI !== undefined && process.getuid?.() === 0) throw new Error(reason);
    console.log(`Skipped: ${reason}.`);
    return;
  }
  // No lab reaches a mirror.
  await Promise.all(SUITES.map(baseImage));
  const files = readdirSync(TESTS)
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => path.join(TESTS, file));
  const mocha = path.join(ROOT, "node_modules", "mocha", "bin", "mocha.js");
  const hooks = path.join("test", "support", "hooks.ts");
  // What a test left running ends with the lab.
  const options = [
    "--no-config",
    "--require",
    "tsx/cjs",
    "--require",
    hooks,
    "--timeout",
    String(TIMEOUT),
    "--forbid-only",
    ...((process.env.CI ?? "") === "" ? [] : ["--forbid-pending"]),
    "--exit",
  ];
  process.exitCode = await runInLab([process.execPath, mocha, ...options, ...files, ...further]);
}
