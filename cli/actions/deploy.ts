import { BATCH } from "../../components/model/operations/batches";
import { stackAt } from "../../components/model/operations/spike";
import { deployInBatches } from "../batches";
import { readDeployment } from "../../workspace/deployment";
import { preview } from "../look-ahead";
import { explain, locksOn } from "../lock";
import { isLocal } from "../../workspace/backend";
import { ensureStack, pulumi, upFlags } from "../../workspace/project";
import type { ServerSteps } from "../server-steps";
import { siteStatus } from "../site-status";
import { statedStack } from "../../workspace/stated-stack";
import { stackWithBackend } from "../chosen-stack";
import type { ChangeOptions } from "../command-line/options";
import { clearLocks } from "../locks-cleared";
import { Progress } from "../progress";

/** Replaces servers batch by batch, and then brings the rest of a stack up. */
export async function deploy({ stack: name, yes, unlock }: ChangeOptions, further: readonly string[]): Promise<void> {
  const stack = stackWithBackend(name);
  await clearLocks(stack, "deploy", unlock === true);
  if (!(await ensureStack(stack))) {
    process.exitCode = 1;
    return;
  }
  const approval = yes ? ["--yes"] : [];
  let failure = 1;
  const well = await deployInBatches({
    stated: () => {
      const stated = statedStack(stack);
      if (stated === undefined) throw new Error(`stacks/Pulumi.${stack}.yaml has problems; npm run preview tells them`);
      return stackAt(stated, new Date());
    },
    look: () => look(stack),
    up: async (batch) => {
      const variables: Record<string, string> = batch === undefined ? {} : { [BATCH]: JSON.stringify(batch) };
      const { code } = await pulumi(stack, ["up", ...upFlags(stack), ...approval, ...further], true, variables);
      if (code !== 0) failure = code;
      return code === 0;
    },
    fallen: (names) => (isLocal(stack) ? fallenOf(stack, names) : Promise.resolve([])),
    say: (line) => console.log(`\n  ${line}\n`),
  });
  if (well) return;
  process.exitCode = failure;
  for (const lock of locksOn(stack)) console.error(explain(lock, stack, "deploy"));
}

/** What an `up` would do to servers. @throws Error with what the preview says when it can't tell. */
async function look(stack: string): Promise<ServerSteps> {
  const progress = new Progress();
  progress.show(`Previewing what is left to do on the stack ${stack} …`);
  const { code, text, steps } = await preview(stack, [], false);
  progress.end();
  if (code !== 0) throw new Error(text);
  return steps;
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
