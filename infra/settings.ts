import * as pulumi from "@pulumi/pulumi";
import { readStack } from "../components/model/read-stack";
import type { Stack } from "../components/model/stack";
import { refuse } from "../components/refusal";

/** The prefix of every key of a stack file that is Evenkeel's. */
const NAMESPACE = "evenkeel:";

/**
 * Reads the stack file: the only place that does.
 *
 * @throws pulumi.RunError with every problem of the file, before the first resource is registered.
 */
export function readSettings(): Stack {
  const secret = new Set(JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[]);
  // All keys, not the known ones alone: one that is spelt wrong must be seen.
  const given = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(NAMESPACE));
  const values = Object.fromEntries(given.map(([key, text]) => [key.slice(NAMESPACE.length), valueOf(text)]));
  const secrets = given
    .filter(([key]) => secret.has(key))
    .map(([key]) => ({
      path: key.slice(NAMESPACE.length),
      message: "holds a secure value, which would stand in clear in the state",
    }));

  const { stack, problems } = readStack(values);
  const all = [...secrets, ...problems];
  if (stack !== undefined && all.length === 0) return stack;
  refuse(`stacks/Pulumi.${pulumi.getStack()}.yaml`, all);
}

/** The engine hands maps and lists over as JSON, and anything else as it stands in the file. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
