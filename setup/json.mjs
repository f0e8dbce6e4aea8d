import { readFileSync } from "node:fs";

/**
 * @param {string} file
 * @returns {unknown}
 * @throws when there is none, or none that is whole
 */
export function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
