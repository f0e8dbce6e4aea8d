import { changesUnderLongLoad, plannedChanges, siteOfProof } from "./proof/changes";
import { LONG_LOAD, MIXED_LOAD, Proof, type ProofLoad, type Proven } from "./proof/proof";
import { lineOf, reportOf } from "./proof/report";
import { removeThrowawayProjects } from "./throwaway-project";
import { ThrowawaySite } from "./throwaway-site";
import { runVerb } from "./verb";

/** What is asked of the verb. */
interface Wish {
  readonly times: number;
  /** Words of which a change's name, or its part's, must have one; all without any. */
  readonly only: readonly string[];
}

const PARTS = [
  { title: "under HTTP/1.1", changes: plannedChanges, load: MIXED_LOAD, drainWithin: "2s" },
  { title: "under HTTP/2, TLS, WebSockets, downloads", changes: changesUnderLongLoad, load: LONG_LOAD, drainWithin: "25s" },
] as const;

async function main(): Promise<void> {
  const { times, only } = wishOf(process.argv.slice(2));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void removeThrowawayProjects().finally(() => process.exit(1)));
  }
  try {
    for (let i = 1; i <= times; i++) {
      for (const { title, changes, load, drainWithin } of PARTS) {
        const base = siteOfProof({ drainWithin });
        const wanted = changes(base).filter(
          ({ name }) => only.length === 0 || only.some((word) => `${title}: ${name}`.includes(word)),
        );
        if (wanted.length === 0) continue;
        const proven = await prove(new ThrowawaySite(base), wanted, load);
        console.log(`\n${reportOf(times === 1 ? title : `${title}, ${i} of ${times}`, proven)}\n`);
        if (proven.some(({ losses }) => losses.length > 0)) process.exitCode = 1;
      }
    }
  } finally {
    await removeThrowawayProjects();
  }
}

async function prove(site: ThrowawaySite, changes: ReturnType<typeof plannedChanges>, load: ProofLoad): Promise<Proven[]> {
  await site.makeStack();
  await site.up();
  const proof = await Proof.on(site, load);
  const proven: Proven[] = [];
  try {
    for (const change of changes) {
      const one = await proof.of(change);
      console.log(lineOf(one));
      proven.push(one);
    }
  } finally {
    await proof.end();
  }
  await site.remove();
  return proven;
}

function wishOf(words: readonly string[]): Wish {
  const at = words.indexOf("--times");
  const times = at < 0 ? 1 : Number(words[at + 1]);
  if (!Number.isInteger(times) || times < 1)
    throw new Error(`--times is ${words[at + 1] ?? "nothing"}, but must be a whole number from 1`);
  return { times, only: words.filter((_, i) => at < 0 || (i !== at && i !== at + 1)) };
}

runVerb(main);
