import { fileURLToPath } from "node:url";
import { findMissingHaproxy } from "./haproxy.mjs";
import { missingMessage } from "./missing.mjs";
import { findMissingPackages } from "./packages.mjs";
import { findMissingPulumi } from "./pulumi.mjs";

/** The folder that holds package.json. */
const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/** Gets whatever is not there yet, and tells in one message, with exit code 1, what could not be had. */
export async function setUp() {
  const missing = [
    await attempt("The npm packages", () => findMissingPackages(PROJECT, process.env)),
    await attempt("The Pulumi CLI", () => findMissingPulumi(PROJECT, process.env)),
    await attempt("HAProxy", () => findMissingHaproxy(process.env)),
  ].filter((thing) => thing !== undefined);

  if (missing.length > 0) {
    console.error(missingMessage(missing));
    process.exitCode = 1;
  }
}

/**
 * A step that fails, for example because the disk is full, must not keep the others from being tried and told about.
 *
 * @param {string} what
 * @param {() => Promise<import("./missing.mjs").Missing | undefined>} step
 * @returns {Promise<import("./missing.mjs").Missing | undefined>}
 */
async function attempt(what, step) {
  try {
    return await step();
  } catch (error) {
    return { what, because: [error instanceof Error ? error.message : String(error)], remedies: [] };
  }
}
