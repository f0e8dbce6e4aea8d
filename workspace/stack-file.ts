import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";

/** The folder of the stack files. */
const STACKS = path.join(path.dirname(__dirname), "stacks");

/** A stack file, as far as it can be read. */
export interface StackFile {
  /** Its values below `config`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What Pulumi would not tell of it, or tell as something else; undefined when there is nothing. */
  readonly problem?: string;
}

/** The names of the stacks of this project. */
export function knownStacks(): string[] {
  return readdirSync(STACKS)
    .flatMap((entry) => /^Pulumi\.([\w.-]+)\.yaml$/.exec(entry)?.[1] ?? [])
    .sort();
}

/** Reads a stack's file; what is wrong with it as a file is told, never thrown. */
export function readStackFile(stack: string): StackFile {
  const name = `stacks/Pulumi.${stack}.yaml`;
  const file = path.join(STACKS, `Pulumi.${stack}.yaml`);
  if (!/^[\w.-]+$/.test(stack) || !existsSync(file)) {
    return {
      config: {},
      problem: `There is no stack ${stack}: ${name} does not exist. The stacks are: ${knownStacks().join(", ")}.`,
    };
  }
  const document = parseDocument(readFileSync(file, "utf8"));
  const [error] = document.errors;
  if (error !== undefined) return { config: {}, problem: `${name} is not YAML: ${error.message}` };
  const content: unknown = document.toJS();
  if (!isMap(content) || !isMap(content.config))
    return { config: {}, problem: `${name} must be a map with config:, and the keys of the stack below it.` };
  const misplaced = Object.keys(content).filter((key) => key.startsWith("evenkeel:"));
  if (misplaced.length === 0) return { config: content.config };
  return {
    config: content.config,
    problem: `${name}: ${misplaced.join(", ")} must stand below config:, indented. Where it is now, nothing reads it.`,
  };
}

/** The values below `evenkeel:` by section. */
export function sectionsOf(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = Object.entries(config).filter(([key]) => key.startsWith("evenkeel:"));
  return Object.fromEntries(own.map(([key, value]) => [key.slice("evenkeel:".length), value]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
