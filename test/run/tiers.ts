import { readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../workspace/project";

/** A tier: the tests of one folder below `test/`, which may start the same kinds of programs. */
export interface Tier {
  /** Its folder. */
  readonly name: TierName;
  /** How many of its files run side by side. */
  readonly jobs: number;
  /** Files that run alone, after the others, since they measure load or look at the whole machine; by path below the folder. */
  readonly alone: readonly string[];
  /** Files that take longest, which start first: no other core then idles while the last one runs. */
  readonly first: readonly string[];
}

export type TierName = "unit" | "haproxy" | "engine";

/** What `npm test` runs, the cheap tests first. Tests that boot machines have a command of their own. */
export const TIERS: readonly Tier[] = [
  { name: "unit", jobs: 2, alone: [], first: ["docs/code.test.ts", "checks/clouds/"] },
  {
    ...{ name: "haproxy", jobs: 4, alone: ["drills/load/"] },
    first: ["provider/transport/ssh/cuts.test.ts", "provider/rollout/", "provider/transport/ssh/commit-confirmed.test.ts"],
  },
  {
    ...{ name: "engine", jobs: 3, alone: [] },
    first: ["docs/", "deploy.test.ts", "planned-changes.test.ts", "cli/", "examples.test.ts"],
  },
];

/** The folder of all tiers. */
export const TESTS = path.join(ROOT, "test");

/** A test file, by its path from the project's root. */
export type TestFile = string;

/** The tier of a file; undefined outside of their folders. */
export function tierOf(file: TestFile): Tier | undefined {
  const [top, folder] = file.split(path.sep);
  return top === "test" ? TIERS.find(({ name }) => name === folder) : undefined;
}

/** Whether a file runs alone. */
export function runsAlone(file: TestFile): boolean {
  const tier = tierOf(file);
  return tier === undefined || isListed(file, tier, tier.alone);
}

/** The files in the order in which they start. */
export function inOrder(files: readonly TestFile[]): TestFile[] {
  const startsFirst = (file: TestFile): boolean => {
    const tier = tierOf(file);
    return tier !== undefined && isListed(file, tier, tier.first);
  };
  return [...files.filter(startsFirst), ...files.filter((file) => !startsFirst(file))];
}

/** Whether a list of a tier, which names files and folders below the tier's, has a file. */
function isListed(file: TestFile, { name }: Tier, list: readonly string[]): boolean {
  const below = path.relative(path.join("test", name), file);
  return list.some((one) => (one.endsWith("/") ? below.startsWith(one) : below === one));
}

/** The test files at a path, which is one or a folder of them, sorted. */
export function filesAt(at: string): TestFile[] {
  const absolute = path.resolve(at);
  if (!statSync(absolute).isDirectory()) return [path.relative(ROOT, absolute)];
  return readdirSync(absolute, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => path.relative(ROOT, path.join(absolute, name)))
    .sort();
}

/** A share of several machines: every `of`th file, from the `index`th, which counts from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** The files of a shard; all of its machines together have each file once. */
export function inShard(files: readonly TestFile[], { index, of }: Shard): TestFile[] {
  return files.filter((_, i) => i % of === index - 1);
}
