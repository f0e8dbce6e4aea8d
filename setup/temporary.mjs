import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { onLeaving } from "./leaving.mjs";

/** How the names of the set-up's temporary folders begin. */
const PREFIX = ".evenkeel-tmp-";

/**
 * Has `action` work in a new folder inside `parent`, on the same disk as what it is to become, and removes it afterwards.
 * To be called by the holder of the lock that guards `parent`: what an earlier holder left there is removed.
 *
 * @template T
 * @param {string} parent
 * @param {(folder: string) => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function inTemporaryFolder(parent, action) {
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    if (name.startsWith(PREFIX)) removeFolder(path.join(parent, name));
  }
  const folder = mkdtempSync(path.join(parent, PREFIX));
  const remove = () => removeFolder(folder);
  const forget = onLeaving(remove);
  try {
    return await action(folder);
  } finally {
    forget();
    remove();
  }
}

/**
 * @param {string} folder
 * @returns {number} how many bytes the files in it and below have
 */
export function folderSize(folder) {
  let size = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    try {
      size += entry.isDirectory() ? folderSize(file) : statSync(file).size;
    } catch {
      // Removed meanwhile.
    }
  }
  return size;
}

/** @param {string} folder */
function removeFolder(folder) {
  // A command that was just killed may still be creating files; that makes removing fail, and worth another try.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
