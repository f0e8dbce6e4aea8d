import * as pulumi from "@pulumi/pulumi";
import { isInstant } from "../components/model/local-time";
import { shown } from "../components/model/problem";
import { readStack } from "../components/model/read-stack";
import { stackAt } from "../components/model/spike";
import type { Stack } from "../components/model/stack";
import { refuse } from "../components/refusal";
import { catalogueOf } from "./clouds";
import { providerProblems } from "./providers";

/** The prefix of every key of a stack file that is Evenkeel's. */
const NAMESPACE = "evenkeel:";

/** The moment that a preview is of, instead of now. */
const AT = "EVENKEEL_AT";

/**
 * Reads the stack file and the clock, and gives the stack as it is at that instant: the only place that reads either.
 *
 * @throws pulumi.RunError with every problem of the file, before the first resource is registered.
 */
export function readSettings(): Stack {
  return stackAt(readStackFile(), readClock());
}

function readStackFile(): Stack {
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

  const { stack, problems } = readStack(values, catalogueOf, pulumi.getStack());
  const all = [...secrets, ...problems, ...providerProblems(values.dataCenters)];
  if (stack !== undefined && all.length === 0) return stack;
  refuse(`stacks/Pulumi.${pulumi.getStack()}.yaml`, all);
}

/** The instant that the program is run for. */
function readClock(): Date {
  const given = process.env[AT];
  if (given === undefined || given === "") return new Date();
  const problem = (message: string): never => refuse("The environment", [{ path: AT, message: `is ${shown(given)}${message}` }]);
  if (!isInstant(given)) return problem(", but must be an instant such as 2026-11-27T12:00:00Z");
  if (!pulumi.runtime.isDryRun()) return problem(", but only a preview may be of another moment than now; unset it");
  return new Date(given);
}

/** The engine hands maps and lists over as JSON, and anything else as it stands in the file. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
