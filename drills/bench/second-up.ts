import { symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../workspace/project";
import { table } from "../../workspace/table";
import { ThrowawayProject } from "../../testbed/throwaway-project";
import type { ThrowawaySite } from "../../testbed/throwaway-site";
import { median, type Sample, spread, timed, written } from "./sample";

/** How often each is run. */
const TIMES = 5;

/** The least that the engine and the language host take: a program with nothing in it, brought up once. */
export async function bareProgram(): Promise<ThrowawayProject> {
  const bare = new ThrowawayProject();
  writeFileSync(
    path.join(bare.folder, "Pulumi.yaml"),
    "name: bare\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.js\n",
  );
  writeFileSync(path.join(bare.folder, "index.js"), "");
  symlinkSync(path.join(ROOT, "node_modules"), path.join(bare.folder, "node_modules"));
  await bare.makeStack();
  await bare.up();
  return bare;
}

/** How long an `up` takes that changes nothing, of a site that stands, next to the bare program: a table. */
export async function secondUp(site: ThrowawaySite, bare: ThrowawayProject): Promise<string> {
  const samples = { bare: [] as number[], site: [] as number[], refreshed: [] as number[] };
  // In turns, so that whatever else this machine does falls on all of them.
  for (let i = 0; i < TIMES; i++) {
    samples.bare.push(await timed(() => bare.up()));
    samples.site.push(await timed(() => site.up()));
    samples.refreshed.push(await timed(() => site.up("--refresh")));
  }
  const row = (what: string, sample: Sample): string[] => [
    what,
    written(median(sample), "s"),
    spread(sample, "s"),
    (median(sample) / median(samples.bare)).toFixed(2),
  ];
  return table(
    [`up that changes nothing, ${TIMES} times`, "median s", "min-max", "ratio"],
    [
      row("bare Pulumi program, no resources", samples.bare),
      row("local site, 2 + 2 servers", samples.site),
      row("the same with --refresh, as npm run up does it", samples.refreshed),
    ],
  );
}
