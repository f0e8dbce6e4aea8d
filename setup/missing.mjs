/**
 * Something that Evenkeel needs and the set-up could not get.
 *
 * @typedef {object} Missing
 * @property {string} what as a title
 * @property {readonly string[]} because what was tried and why it failed, a sentence each; may have several lines
 * @property {readonly string[]} remedies what the user can do, one of which suffices
 */

/**
 * One message for everything that is missing, so that nobody has to run the set-up once a thing.
 *
 * @param {readonly Missing[]} things
 * @returns {string}
 */
export function missingMessage(things) {
  const count = things.length === 1 ? "one thing is" : `${things.length} things are`;
  return [
    `Evenkeel's set-up is not complete: ${count} missing.`,
    ...things.map(paragraph),
    "Then run the same command again: what is there already is kept.",
  ].join("\n\n");
}

/** @param {Missing} thing */
function paragraph({ what, because, remedies }) {
  return [
    what,
    ...because.map((reason) => `  ${reason.replaceAll("\n", "\n    ")}`),
    ...(remedies.length > 1 ? ["  Do one of these:"] : []),
    ...remedies.map((remedy) => `  - ${remedy}`),
  ].join("\n");
}
