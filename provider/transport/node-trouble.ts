/** What a refresh shows of a node that does not run its configuration. */
export const STATES = {
  notRunning: "HAProxy does not run",
  noAnswer: "it does not answer",
  fileChanged: "its configuration file was changed by someone else",
  otherConfiguration: "it runs another configuration",
} as const;

/** Thrown when a node can't be worked on: the message names it and says what to do. */
export class NodeTrouble extends Error {
  override readonly name = "NodeTrouble";

  /** @param state The same in a few words, as a refresh shows it: `HAProxy does not run`. */
  constructor(
    message: string,
    readonly state: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
