import { setTimeout as pass } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterBatch, type Batch, batchesLeft, type Fleet, nextBatch } from "../components/model/operations/batches";
import { Duration } from "../components/model/duration";
import { plannedServers } from "../components/model/plan";
import type { Stack } from "../components/model/stack";
import type { ServerSteps } from "./server-steps";

type StatedStack = Pick<Stack, "pools" | "rollout">;

/** What a deploy works with. */
export interface DeployTools {
  /** The stack as it is asked for now. @throws Error when its file has a problem */
  readonly stated: () => StatedStack;
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
  let before: Done | undefined;
  for (let number = 1; ; number++) {
    const stack = stated();
    const { pools, rollout } = stack;
    const pause = Duration.parse(rollout.pause);
    if (before !== undefined && pause.milliseconds > 0) {
      say(`Waiting ${pause} before the next batch (rollout.pause).`);
      await pass(pause.milliseconds);
    }
    const same = before !== undefined && isDeepStrictEqual(before.stack, stack) ? before : undefined;
    // While the stack stays the same, what is left follows from the batch before: a preview reads everything from the clouds again. Only the
    // last `up`, which replaces whatever is left at once, needs another one first.
    const isFollowing = same !== undefined && nextBatch(same.leaves, rollout.maxSurge) !== undefined;
    const fleet = isFollowing ? same.leaves : fleetOf(plannedServers(pools), await look());
    const batch = nextBatch(fleet, rollout.maxSurge);
    const down = await fallen(batch?.proven ?? before?.took ?? []);
    if (down.length > 0) {
      say(`Stopped: ${down.join(", ")} took the new version and went down. ${rest(fleet)}`);
      return false;
    }
    if (batch === undefined) break;
    const again = batch.takes.filter((name) => same?.took.includes(name));
    if (again.length > 0) {
      say(
        `Stopped: ${again.join(", ")} would be replaced again, for the same stack. Is a value of the app another one in each run?`,
      );
      return false;
    }
    say(inWords(batch, number, batchesLeft(fleet, rollout.maxSurge).length));
    if (!(await up(batch))) {
      say(`Stopped at batch ${number}. ${rest(fleet)} Run the same again to go on, or go back to the version before and run it.`);
      return false;
    }
    before = { stack, took: [...(same?.took ?? []), ...batch.takes], leaves: afterBatch(fleet, batch) };
  }
  say(before === undefined ? "No server is to be replaced; the rest:" : "Every server has it; the rest:");
  return up();
}

/** The batches that have succeeded so far. */
interface Done {
  /** The stack that they deployed. */
  readonly stack: StatedStack;
  /** Names of the servers that they replaced for this stack. */
  readonly took: readonly string[];
  /** The servers after them. */
  readonly leaves: Fleet;
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
