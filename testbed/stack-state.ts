import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** The type of the resource that holds a stack's outputs. */
const STACK = "pulumi:pulumi:Stack";
/** What marks a value that the engine has encrypted. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A new stack: the texts of the files that hold it, by their paths in its project. */
export type EmptyStack = Readonly<Record<string, string>>;

/** Reads these files of a project. */
export function readFiles(folder: string, files: readonly string[]): EmptyStack {
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));
}

/** Writes them into another project. */
export function writeFiles(folder: string, files: EmptyStack): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
}

/** A resource in a state file of the engine. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: Record<string, unknown>;
}

/** The resources in a state file of the engine. */
export function resourcesIn(stateFile: string): readonly StateResource[] {
  return resourcesOf(JSON.parse(readFileSync(stateFile, "utf8")) as State);
}

/** Changes the resources in a state file of the engine. */
export function changeResourcesIn(stateFile: string, change: (resources: readonly StateResource[]) => void): void {
  const state = JSON.parse(readFileSync(stateFile, "utf8")) as State;
  change(resourcesOf(state));
  writeFileSync(stateFile, JSON.stringify(state));
}

/** The outputs in a state file of the engine, as `pulumi stack output --json` prints them: secrets are masked. */
export function outputsIn(stateFile: string): unknown {
  return masked(resourcesIn(stateFile).find(({ type }) => type === STACK)?.outputs ?? {});
}

interface State {
  readonly checkpoint: { readonly latest: { readonly resources?: readonly StateResource[] } };
}

function resourcesOf({ checkpoint }: State): readonly StateResource[] {
  return checkpoint.latest.resources ?? [];
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member)]));
}
