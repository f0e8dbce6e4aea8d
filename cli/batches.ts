import { setTimeout as pass } from "node:timers/promises";
import { type Batch, batchesLeft, type Fleet, nextBatch } from "../components/model/operations/batches";
import { Duration } from "../components/model/duration";
import { plannedServers } from "../components/model/plan";
import type { Stack } from "../components/model/stack";
import type { ServerSteps } from "./server-steps";

/** What a deploy works with. */
export interface DeployTools {
  /** The stack as it is asked for now. @throws Error when its file has a problem */
  readonly stated: () => Pick<Stack, "pools" | "rollout">;
  /** What an `up` would do to servers. @throws Error when that can't be told */
  readonly look: () => Promise<ServerSteps>;
  /** Brings the stack up, with these servers replaced alone, or with whatever is left to do; whether it went well. */
  readonly up: (batch?: Batch) => Promise<boolean>;
  /** Which of these servers are down, as far as can be seen from here. */
  readonly fallen: (names: readonly string[]) => Promise<readonly string[]>;
  /** Tells its user. */
  readonly say: (line: string) => void;
}

/**
 * Replaces servers batch by batch, and then does whatever else the stack asks for; whether it went well. Whatever goes wrong ends it, with the
 * old version on all servers that no batch has replaced. Run again, it goes on from what stands.
 */
export async function deployInBatches({ stated, look, up, fallen, say }: DeployTools): Promise<boolean> {
  let before: Batch | undefined;
  for (let number = 1; ; number++) {
    const { pools, rollout } = stated();
    const pause = Duration.parse(rollout.pause);
    if (before !== undefined && pause.milliseconds > 0) {
      say(`Waiting ${pause} before the next batch (rollout.pause).`);
      await pass(pause.milliseconds);
    }
    const fleet = fleetOf(plannedServers(pools), await look());
    const batch = nextBatch(fleet, rollout.maxSurge);
    const down = await fallen(batch?.proven ?? before?.takes ?? []);
    if (down.length > 0) {
      say(`Stopped: ${down.join(", ")} took the new version and went down. ${rest(fleet)}`);
      return false;
    }
    if (batch === undefined) break;
    if (before !== undefined && batch.takes.length > 0 && batch.takes.join() === before.takes.join()) {
      say(`Stopped: ${batch.takes.join(", ")} would be replaced again, right after a batch that replaced it.`);
      return false;
    }
    say(inWords(batch, number, batchesLeft(fleet, rollout.maxSurge).length));
    if (!(await up(batch))) {
      say(`Stopped at batch ${number}. ${rest(fleet)} Run the same again to go on, or go back to the version before and run it.`);
      return false;
    }
    before = batch;
  }
  say(before === undefined ? "No server is to be replaced; the rest:" : "Every server has it; the rest:");
  return up();
}

/** What of an `up` concerns servers that are asked for. */
function fleetOf(asked: Fleet["asked"], { outdated, unfinished }: ServerSteps): Fleet {
  const names = new Set(asked.map(({ name }) => name));
  const known = (all: ReadonlySet<string>): Set<string> => new Set([...all].filter((name) => names.has(name)));
  return { asked, outdated: known(outdated), unfinished: known(unfinished) };
}

function inWords({ takes }: Batch, number: number, left: number): string {
  const of = `Batch ${number} of ${number + left - 1}`;
  return takes.length === 0 ? `${of}: what was cut off is finished` : `${of}: ${takes.join(", ")}`;
}

function rest({ outdated }: Fleet): string {
  return outdated.size === 0 ? "" : `${outdated.size} servers serve on with what they ran.`;
}
