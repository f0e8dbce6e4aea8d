const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const TEXT = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/** A length of time. Written as a number and its unit, `ms`, `s`, `m` or `h`: `500ms`, `2.5s`, `30m`. */
export class Duration {
  private constructor(
    /** The same length in milliseconds, a whole number. */
    readonly milliseconds: number,
  ) {}

  /**
   * Reads `500ms`, `2.5s`, `30m` or `1h`.
   * @throws RangeError when the text is anything else; {@link isDuration} tells beforehand.
   */
  static parse(text: string): Duration {
    const match = TEXT.exec(text);
    if (match === null) throw new RangeError(`${text} is not a duration such as 500ms, 2.5s, 30m or 1h`);
    return new Duration(Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]));
  }

  /** A duration of `count` milliseconds, 0 or more. */
  static milliseconds(count: number): Duration {
    return new Duration(Math.round(count));
  }

  /** A duration of `count` seconds, 0 or more. */
  static seconds(count: number): Duration {
    return Duration.milliseconds(count * UNITS.s);
  }

  /** A duration of `count` minutes, 0 or more. */
  static minutes(count: number): Duration {
    return Duration.milliseconds(count * UNITS.m);
  }

  /** The text that {@link Duration.parse} reads, in the largest unit that keeps the number whole; HAProxy reads it too. */
  toString(): string {
    const unit =
      (["h", "m", "s"] as const).find((name) => this.milliseconds > 0 && this.milliseconds % UNITS[name] === 0) ?? "ms";
    return `${this.milliseconds / UNITS[unit]}${unit}`;
  }

  /** Written to a stack file or to state as its text. */
  toJSON(): string {
    return this.toString();
  }
}

/** Whether `text` is a duration that {@link Duration.parse} reads. */
export function isDuration(text: string): boolean {
  return TEXT.test(text);
}
