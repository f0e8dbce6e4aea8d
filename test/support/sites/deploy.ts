import { readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { deployInBatches } from "../../../cli/batches";
import { serverSteps } from "../../../cli/server-steps";
import { BATCH } from "../../../components/model/operations/batches";
import { readStack } from "../../../components/model/read-stack";
import type { StackInput } from "../../../components/model/stack";
import type { ThrowawaySite } from "../../../testbed/throwaway-site";

/** How a deploy ended, and the lines that it printed. */
export interface DeployOutcome {
  readonly succeeded: boolean;
  readonly lines: readonly string[];
}

/** Deploys a stack in batches, as `npm run deploy` does. */
export async function deploy(site: ThrowawaySite, stack: StackInput): Promise<DeployOutcome> {
  site.change(stack);
  const { stack: stated } = readStack(stack);
  const log = path.join(site.folder, "events");
  const lines: string[] = [];
  const succeeded = await deployInBatches({
    stated: () => {
      if (stated === undefined) throw new Error("the stack has problems");
      return stated;
    },
    look: async () => {
      site.environment.PULUMI_DEBUG_COMMANDS = "true";
      await site.expectSuccess(["preview", "--event-log", log]);
      const steps = serverSteps(readFileSync(log, "utf8"));
      rmSync(log);
      return steps;
    },
    up: async (batch) => {
      if (batch !== undefined) site.environment[BATCH] = JSON.stringify(batch);
      const { code } = await site.run(["up", "--yes", "--skip-preview"]);
      Reflect.deleteProperty(site.environment, BATCH);
      return code === 0;
    },
    fallen: () => Promise.resolve([]),
    say: (line) => lines.push(line),
  });
  return { succeeded, lines };
}
