import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { StopRule } from "../../components/contracts/process";
import { type Identity, isAlive } from "../identity";
import { writeWhole } from "../transport/files";

/** What a process's directory says of it. It outlives state that is lost, and a run that was killed. */
export interface ProcessRecord extends Identity {
  /** URN of the resource that it belongs to. */
  readonly urn: string;
  /** Fingerprint of what it was started with. */
  readonly specification: string;
  /** The ports that it has, by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** How it is stopped, also when nothing but this record knows of it. */
  readonly stop: StopRule;
  /** Directory of the process that was made in its place: from then on it is the engine that ends it, and nobody takes it over. */
  readonly successor?: string;
}

const FILE = "process.json";

/** Writes the record of the process whose directory it is; whole or not at all. */
export function writeRecord(directory: string, record: ProcessRecord): void {
  writeWhole(path.join(directory, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/** The record in a process's directory, undefined when there is none that can be read. */
export function readRecord(directory: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(path.join(directory, FILE), "utf8")) as ProcessRecord;
  } catch {
    return undefined;
  }
}

/** Every record under a stack's run directory, with the directory it lies in. */
export function recordsUnder(home: string): { directory: string; record: ProcessRecord }[] {
  return directoriesUnder(home).flatMap((directory) => {
    const record = readRecord(directory);
    return record === undefined ? [] : [{ directory, record }];
  });
}

/** The process directories under a stack's run directory, also those without a record. */
export function directoriesUnder(home: string): string[] {
  try {
    return readdirSync(home, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.join(home, entry.name));
  } catch {
    return [];
  }
}

/** The process of a directory, when it runs. */
export function runningIn(directory: string): ProcessRecord | undefined {
  const record = readRecord(directory);
  return record !== undefined && isAlive(record) ? record : undefined;
}

/** Makes a directory that only its user can look into. */
export function makePrivate(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Removes a directory with all that is in it. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Removes a directory unless something is in it. */
export function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Others of the stack still have theirs in it.
  }
}
