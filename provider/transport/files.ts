import { renameSync, writeFileSync } from "node:fs";

/** Writes a file so that a reader sees the old text or the new one, never a part. */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.new`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, file);
}
