/** What went wrong when a command ends, as a shell sees it. */
export const EXIT_CODES = {
  0: "done",
  1: "failed",
  2: "wrong command line (nothing was done)",
  130: "Ctrl-C",
  143: "SIGTERM",
} as const;

/** It failed. */
export const FAILED = 1;
/** The command line is wrong. */
export const WRONG_USAGE = 2;
