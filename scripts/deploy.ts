import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { BATCH } from "../components/model/batches";
import { stackAt } from "../components/model/spike";
import { deployInBatches } from "./batches";
import { readDeployment } from "./deployment";
import { explain, locksOn } from "./lock";
import { ensureStack, isLocal, pulumi, refreshFlags, upFlags } from "./project";
import { EVENT_LOG, type ServerSteps, serverSteps } from "./server-steps";
import { siteStatus } from "./site-status";
import { statedStack } from "./stated-stack";
import { beginChange, runVerb } from "./verb";

async function main(): Promise<void> {
  const { stack, rest } = await beginChange("deploy");
  if (!(await ensureStack(stack))) {
    process.exitCode = 1;
    return;
  }
  const well = await deployInBatches({
    stated: () => {
      const stated = statedStack(stack);
      if (stated === undefined) throw new Error(`stacks/Pulumi.${stack}.yaml has problems; npm run preview tells them`);
      return stackAt(stated, new Date());
    },
    look: () => look(stack),
    up: async (batch) => {
      const further: Record<string, string> = batch === undefined ? {} : { [BATCH]: JSON.stringify(batch) };
      const { code } = await pulumi(stack, ["up", ...upFlags(stack), ...rest], true, further);
      return code === 0;
    },
    fallen: (names) => (isLocal(stack) ? fallenOf(stack, names) : Promise.resolve([])),
    say: (line) => console.log(`\n  ${line}\n`),
  });
  if (well) return;
  process.exitCode = 1;
  for (const lock of locksOn(stack)) console.error(explain(lock, stack, "deploy"));
}

/** What an `up` would do to servers, by a preview of which nothing is shown. */
async function look(stack: string): Promise<ServerSteps> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "evenkeel-"));
  try {
    const log = path.join(folder, "events");
    const { code, stdout, stderr } = await pulumi(
      stack,
      ["preview", ...refreshFlags(stack), "--event-log", log],
      false,
      EVENT_LOG,
    );
    if (code !== 0) throw new Error(`${stdout}${stderr}`);
    return serverSteps(readFileSync(log, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Which servers of a site on this machine no balancer that serves has up. */
async function fallenOf(stack: string, names: readonly string[]): Promise<string[]> {
  const deployment = await readDeployment(stack);
  if (deployment === undefined) return [];
  const { servers } = await siteStatus(deployment);
  return servers
    .filter(({ name, out, pid, seenBy }) => {
      const states = Object.values(seenBy).map(({ state }) => state);
      return names.includes(name) && !out && (pid === null || states.some((state) => state.startsWith("DOWN")));
    })
    .map(({ name }) => name);
}

runVerb(main);
