import { parseArgs } from "node:util";
import { type Shard, type TierName, TIERS } from "./tiers";

/** What a run of the tests is to do. */
export interface Options {
  /** The tiers to run; all of them unless some are named. */
  readonly tiers: readonly TierName[];
  /** Files and folders to run instead of whole tiers, as they were written. */
  readonly paths: readonly string[];
  /** Only tests whose name matches. */
  readonly grep?: RegExp;
  readonly shard?: Shard;
  /** How many files run side by side, instead of what each tier has. */
  readonly jobs?: number;
  /** A file to write the closing tables to, as well. */
  readonly summary?: string;
}

export const USAGE = `Usage: npm test -- [FILE or FOLDER …] [-g WORDS] [--tier NAME] [--shard 1/3] [--jobs N] [--summary FILE]

  npm test                                             all tiers: ${TIERS.map(({ name }) => name).join(", ")}
  npm run test:unit                                    one tier
  npm test -- test/unit/components/model/name.test.ts  one file
  npm test -- -g "A duration"                          tests with these words in their names (a regular expression)
  npm run test:engine -- --shard 1/3                   the first third of a tier's files`;

/**
 * Reads the command line of a run.
 * @throws Error that says what is wrong with it.
 */
export function readOptions(argv: readonly string[]): Options | "help" {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      grep: { type: "string", short: "g" },
      help: { type: "boolean", short: "h" },
      jobs: { type: "string" },
      shard: { type: "string" },
      summary: { type: "string" },
      tier: { type: "string", multiple: true },
    },
    allowPositionals: true,
  });
  if (values.help === true) return "help";
  const { grep, jobs, shard, summary, tier = [] } = values;
  return {
    tiers: tier.length === 0 ? TIERS.map(({ name }) => name) : tier.map(tierNamed),
    paths: positionals,
    ...(grep !== undefined && { grep: new RegExp(grep) }),
    ...(shard !== undefined && { shard: shardOf(shard) }),
    ...(jobs !== undefined && { jobs: countOf(jobs) }),
    ...(summary !== undefined && { summary }),
  };
}

function tierNamed(name: string): TierName {
  const tier = TIERS.find((one) => one.name === name);
  if (tier === undefined) throw new Error(`--tier ${name} is none of ${TIERS.map((one) => one.name).join(", ")}`);
  return tier.name;
}

function shardOf(text: string): Shard {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of)
    throw new Error(`--shard ${text} must be like 1/3: which one, of how many`);
  return { index, of };
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--jobs ${text} must be a whole number from 1`);
  return count;
}
