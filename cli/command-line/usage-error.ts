/** A command line that can't be run as it is written; nothing was done. */
export class UsageError extends Error {
  /** @param command The command whose help says more, such as `evenkeel up`. */
  constructor(
    message: string,
    readonly command?: string,
  ) {
    super(message);
  }
}
