import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { isSealed, SEALED } from "../components/model/secret";

/**
 * A value of the stack's configuration as its file has it: what is encrypted there is {@link SEALED} here. The engine gives all
 * of it in clear, and tells only that something below the key is a secret. What the file does not have, for the configuration
 * came from elsewhere, is taken for encrypted.
 *
 * @param value What the engine gave.
 * @param inFile What the file has; undefined where it has nothing.
 * @param byMember Whether a key that the file lacks is encrypted member by member, or as a whole.
 */
export function asInFile(value: unknown, inFile: unknown, byMember: boolean): unknown {
  return inFile === undefined && !byMember ? SEALED : sealed(value, inFile);
}

function sealed(value: unknown, inFile: unknown): unknown {
  if (isSealed(inFile)) return SEALED;
  if (Array.isArray(value)) {
    const members = Array.isArray(inFile) ? (inFile as unknown[]) : [];
    return value.map((member: unknown, i) => sealed(member, members[i]));
  }
  if (typeof value === "object" && value !== null) {
    const members = (inFile ?? {}) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sealed(member, members[name])]));
  }
  return inFile === undefined ? SEALED : value;
}

/** Returns the configuration in the stack's file, by key; nothing where there is no file. */
export function configurationIn(project: string): Readonly<Record<string, unknown>> {
  const file = path.join(project, "stacks", `Pulumi.${pulumi.getStack()}.yaml`);
  if (!existsSync(file)) return {};
  const content = parse(readFileSync(file, "utf8")) as { config?: Readonly<Record<string, unknown>> } | null;
  return content?.config ?? {};
}
