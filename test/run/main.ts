import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../workspace/project";
import type { RunFile } from "./messages";
import { type Options, readOptions, USAGE } from "./options";
import { Pool } from "./pool";
import { failures, Reporter, summary, type TierResult } from "./report";
import { filesAt, inOrder, inShard, runsAlone, TESTS, type TestFile, tierOf, TIERS } from "./tiers";

/** Up to how many files a run prints a line for each test. */
const FEW = 5;

/** Files that run with the same number of jobs. */
interface Batch {
  readonly name: string;
  readonly jobs: number;
  readonly files: readonly TestFile[];
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return;
  }
  const batches = batchesOf(options);
  const count = batches.reduce((sum, { files }) => sum + files.length, 0);
  if (count === 0) throw new Error("there is no test file to run");

  const detail = { everyTest: count <= FEW || options.grep !== undefined, atOnce: count === 1 };
  const reporter = new Reporter((text) => process.stdout.write(text), detail);
  const pool = new Pool(reporter);
  let stopped: Promise<unknown> | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    // It comes more than once: to the whole group, and from npm, which passes it on.
    process.on(signal, () => void (stopped ??= pool.stop(signal).then(() => process.exit(1))));

  const results: TierResult[] = [];
  for (const { name, jobs, files } of batches) {
    const [begin, before] = [Date.now(), reporter.tests.length];
    const task = (file: TestFile): RunFile => ({
      file,
      forbidPending: isCI(),
      ...(tierOf(file) !== undefined && { tier: tierOf(file)?.name }),
      ...(options.grep !== undefined && { grep: options.grep.source }),
    });
    const [alone, together] = [files.filter(runsAlone), files.filter((file) => !runsAlone(file))];
    await pool.run(inOrder(together).map(task), options.jobs ?? jobs);
    await pool.run(alone.map(task), 1);
    const tests = reporter.tests.slice(before);
    results.push({ tier: name, files: files.length, tests, milliseconds: Date.now() - begin });
  }
  // What is left of a run that was ended is the exit.
  await stopped;

  const all = reporter.tests;
  process.stdout.write(`\n${failures(all)}${summary(results)}`);
  if (options.summary !== undefined) writeFileSync(options.summary, summary(results));
  if (all.length === 0) console.log(`No test has such a name in ${batches.map(({ name }) => name).join(", ")}.`);
  if (all.length === 0 || all.some(({ state }) => state === "failed")) process.exitCode = 1;
}

/** Whether a pipeline runs the tests, where a skipped one fails. */
function isCI(): boolean {
  return (process.env.CI ?? "") !== "";
}

/** What is run, in order: whole tiers, or the files that are named, by their tiers. */
function batchesOf({ tiers, paths, shard }: Options): Batch[] {
  const named = paths.length === 0 ? undefined : [...new Set(paths.flatMap(filesAt))];
  const batches = TIERS.filter(({ name }) => named !== undefined || tiers.includes(name)).map(({ name, jobs }) => ({
    name,
    jobs,
    files: named?.filter((file) => tierOf(file)?.name === name) ?? filesAt(path.join(TESTS, name)),
  }));
  const others = named?.filter((file) => tierOf(file) === undefined) ?? [];
  return [...batches, { name: "other", jobs: 1, files: others }]
    .map((batch) => ({ ...batch, files: shard === undefined ? batch.files : inShard(batch.files, shard) }))
    .filter(({ files }) => files.length > 0);
}

process.chdir(ROOT);
main().catch((error: unknown) => {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 1;
});
