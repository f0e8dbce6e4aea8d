import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { readStack } from "../components/model/read-stack";
import type { Stack } from "../components/model/stack";
import { ROOT } from "./project";
import { sectionsOf } from "./stack-file";

/** What the file of a stack states, with every default; undefined when it has a problem, which is for Pulumi's program to tell. */
export function statedStack(stack: string): Stack | undefined {
  const file = path.join(ROOT, "stacks", `Pulumi.${stack}.yaml`);
  return existsSync(file) ? stackIn(readFileSync(file, "utf8")) : undefined;
}

/** {@link statedStack} of a stack file's text. */
export function stackIn(yaml: string): Stack | undefined {
  try {
    const { config } = parse(yaml) as { config: Record<string, unknown> };
    return readStack(sectionsOf(config)).stack;
  } catch {
    return undefined;
  }
}
