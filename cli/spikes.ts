import { openSpikes } from "../components/model/operations/spike";
import type { Stack } from "../components/model/stack";
import { statedStack } from "../workspace/stated-stack";

/** A spike whose window is open. */
export interface OpenSpike {
  readonly name: string;
  /** Local time of its end, such as `2026-11-27T23:00`. */
  readonly end: string;
  /** IANA name of the zone. */
  readonly timeZone: string;
}

/** The spikes of a stack that are open now; none when its file has a problem, which is for `up` to tell. */
export function spikesNow(stack: string): OpenSpike[] {
  return spikesOf(statedStack(stack), new Date());
}

/** The spikes of a stack that are open at an instant. */
export function spikesOf(stack: Stack | undefined, instant: Date): OpenSpike[] {
  if (stack === undefined) return [];
  return openSpikes(stack, instant).flatMap((name) => {
    const at = stack.spikes[name]?.at;
    return at === undefined ? [] : [{ name, end: at.end, timeZone: at.timeZone }];
  });
}

/** Open spikes as lines of what a verb prints, each with its line break; nothing when there is none. */
export function inWords(spikes: readonly OpenSpike[]): string {
  return spikes.map(({ name, end, timeZone }) => `  spike ${name} is open until ${end.replace("T", " ")} ${timeZone}\n`).join("");
}
