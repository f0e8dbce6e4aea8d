import { choosePorts } from "../../provider/process/ports";
import { certificates, DOMAIN } from "./certificate";
import { certifiedSite, changesUnderTls, plannedChanges, siteOfProof } from "./changes";
import { everyKeyParts } from "./every-key/parts";
import type { Part } from "./part";
import { LONG_LOAD, MIXED_LOAD, Proof, type Proven } from "./proof";
import { lineOf, reportOf } from "./report";
import { removeThrowawayProjects } from "../../testbed/throwaway-project";
import { ThrowawaySite } from "../../testbed/throwaway-site";

/** Which changes are made, and how often. */
export interface ChangesToProve {
  readonly times: number;
  /** Words of which a change's name, or its part's, must have one; all without any. */
  readonly only: readonly string[];
}

async function parts(): Promise<Part[]> {
  // Ports of their own: another site on this machine may not take one while the front is started again.
  const { page = 0, ...tls } = await choosePorts({ page: {}, certified: {}, https: {} }, new Set());
  const {
    every = 0,
    passed = 0,
    everyHttps = 0,
    other = 0,
  } = await choosePorts({ every: {}, passed: {}, everyHttps: {}, other: {} }, new Set());
  const base = siteOfProof({ drainWithin: "2s", failover: { port: page } });
  const made = await certificates();
  const { ca, first, renewed } = made;
  const certified = certifiedSite({ drainWithin: "25s", failover: { port: tls.certified, httpsPort: tls.https } }, first);
  return [
    { title: "under HTTP/1.1", base, changes: plannedChanges(base), load: MIXED_LOAD },
    {
      title: "under HTTP/2, TLS, WebSockets, downloads",
      ...{ base: certified, changes: changesUnderTls(certified, renewed), load: LONG_LOAD },
      ...{ secrets: { ...first.secrets, ...renewed.secrets }, tls: { ca, serverName: DOMAIN } },
    },
    ...everyKeyParts({ page: every, passed, https: everyHttps, other }, made),
  ];
}

/**
 * Makes planned changes on sites of their own under load, and prints what each costs; the exit code is 1 if anything was lost.
 * @throws Error when no change has one of the words.
 */
export async function proveChanges({ times, only }: ChangesToProve): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void removeThrowawayProjects().finally(() => process.exit(signal === "SIGINT" ? 130 : 143)));
  }
  let found = false;
  try {
    for (let i = 1; i <= times; i++) {
      for (const part of await parts()) {
        const { title } = part;
        const changes = part.changes.filter(
          ({ name }) => (only.length === 0 && part.long !== true) || only.some((word) => `${title}: ${name}`.includes(word)),
        );
        if (changes.length === 0) continue;
        found = true;
        const proven = await prove({ ...part, changes });
        console.log(`\n${reportOf(times === 1 ? title : `${title}, ${i} of ${times}`, proven)}\n`);
        if (proven.some(({ losses }) => losses.length > 0)) process.exitCode = 1;
      }
      if (!found) throw new Error(`No planned change has any of these words in its name or part: ${only.join(", ")}`);
    }
  } finally {
    await removeThrowawayProjects();
  }
}

async function prove({ base, changes, load, secrets, tls }: Part): Promise<Proven[]> {
  const site = new ThrowawaySite(base, { ownProcesses: true });
  await site.makeStack();
  if (secrets !== undefined) await site.setSecrets(secrets);
  await site.up();
  const proof = await Proof.on(site, load, tls);
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
