/**
 * Tells the user, in one line, what takes time now. On stderr, since stdout belongs to the verb that follows.
 *
 * @param {string} what
 */
export function notice(what) {
  process.stderr.write(`Setting up: ${what}\n`);
}
