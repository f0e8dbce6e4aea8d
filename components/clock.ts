/** Returns the current time. Everything else in a program is given a time, so that one run has a single one. */
export function systemClock(): Date {
  return new Date();
}
