import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { readStack } from "../components/model/read-stack";
import { openSpikes } from "../components/model/spike";
import { ROOT } from "./project";
import { sectionsOf } from "./stack-file";

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
  const file = path.join(ROOT, "stacks", `Pulumi.${stack}.yaml`);
  return existsSync(file) ? spikesIn(readFileSync(file, "utf8"), new Date()) : [];
}

/** The spikes in the text of a stack file that are open at an instant. */
export function spikesIn(yaml: string, instant: Date): OpenSpike[] {
  const stack = stackIn(yaml);
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

function stackIn(yaml: string): ReturnType<typeof readStack>["stack"] {
  try {
    const { config } = parse(yaml) as { config: Record<string, unknown> };
    return readStack(sectionsOf(config)).stack;
  } catch {
    return undefined;
  }
}
