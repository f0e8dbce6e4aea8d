import * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context";
import { asInFile, configurationIn } from "./stack-file";

/** The prefix of every key of a stack file that is Evenkeel's. */
const NAMESPACE = "evenkeel:";
/** The key of a stack file that its secrets are below. */
const SECRETS = `${NAMESPACE}secrets`;
/** The variable in which the engine lists the keys that hold secrets. */
const SECRET_KEYS = "PULUMI_CONFIG_SECRET_KEYS";

/** Returns the values below `evenkeel:` by section, those that are encrypted in the stack file without their values. */
export function readSections({ environment, project }: Context): Readonly<Record<string, unknown>> {
  const secret = new Set(JSON.parse(environment[SECRET_KEYS] ?? "[]") as string[]);
  const inFile = configurationIn(project);
  // All keys, not the known ones alone: one that is spelt wrong must be seen.
  const given = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(NAMESPACE));
  return Object.fromEntries(
    given.map(([key, text]) => [
      key.slice(NAMESPACE.length),
      secret.has(key) ? asInFile(valueOf(text), inFile[key], key === SECRETS) : valueOf(text),
    ]),
  );
}

/** Returns the secrets in clear, by name; those that are no texts are left to be found by what validates the stack. */
export function secretValues(): Readonly<Record<string, string>> {
  const values = Object.entries(valueOf(pulumi.runtime.allConfig()[SECRETS] ?? "null") ?? {});
  return Object.fromEntries(values.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The engine hands maps and lists over as JSON, and anything else as it is in the file. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
