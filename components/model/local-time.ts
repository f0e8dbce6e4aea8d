import { shown, suggestion } from "./problem";

/** How a local time is written. Years before 2000 are slips of the finger. */
const TEXT = /^(2\d{3})-(\d\d)-(\d\d)T(\d\d):(\d\d)$/;
/** What an unquoted date of YAML has become when it arrives: a time of the engine's own writing. */
const UNQUOTED = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[\d.]* [+-]\d{4} \S+$/;
const EXAMPLE = '"2026-11-27T08:00"';
/** Longer than any zone is ahead of or behind UTC: a clock change that matters to a local time lies within. */
const A_DAY = 86_400_000;

/**
 * The instant of a local time in an IANA time zone, in milliseconds since 1970. A time that the clocks leave out in
 * spring moves forward by what they leave out; of one that comes twice in autumn the first counts.
 *
 * @param text A time without {@link localTimeProblem}, such as `2026-11-27T08:00`.
 * @param timeZone A zone without {@link timeZoneProblem}, such as `Europe/Amsterdam`.
 */
export function instantOf(text: string, timeZone: string): number {
  const wall = asIfUtc(text);
  const [before, after] = [offsetAt(wall - A_DAY, timeZone), offsetAt(wall + A_DAY, timeZone)];
  const instants = [wall - before, wall - after].filter((instant) => instant + offsetAt(instant, timeZone) === wall);
  return instants.length > 0 ? Math.min(...instants) : wall - before;
}

/** What is wrong with a local time, or undefined. */
export function localTimeProblem(value: unknown): string | undefined {
  const is = `is ${shown(value)}`;
  if (typeof value === "string" && UNQUOTED.test(value))
    return `${is}, which is how a date without quotes arrives; it must be in quotes, such as ${EXAMPLE}`;
  if (typeof value !== "string" || !TEXT.test(value)) return `${is}, but must be a local time in quotes, such as ${EXAMPLE}`;
  return writtenAs(asIfUtc(value)) === value ? undefined : `${is}, a time that no calendar or clock shows`;
}

/** What is wrong with the name of a time zone, or undefined. */
export function timeZoneProblem(value: unknown): string | undefined {
  // An offset such as +01:00 would be right for half of the year.
  if (typeof value === "string" && /^[A-Za-z]/.test(value) && isKnown(value)) return undefined;
  const near = typeof value === "string" ? suggestion(value, ["UTC", ...Intl.supportedValuesOf("timeZone")]) : "";
  return `is ${shown(value)}, but must be a time zone by its IANA name, such as Europe/Amsterdam${near}`;
}

/** A local time in UTC's clothes. */
function asIfUtc(text: string): number {
  const [, year, month, day, hour, minute] = TEXT.exec(text) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
}

function writtenAs(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16);
}

/** How far a zone is ahead of UTC at an instant of whole minutes, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(instant);
  const [year = NaN, month = NaN, ...rest] = (["year", "month", "day", "hour", "minute", "second"] as const).map((unit) =>
    Number(parts.find(({ type }) => type === unit)?.value),
  );
  return Date.UTC(year, month - 1, ...rest) - instant;
}

/** One clock for each zone: to make one takes far longer than to read it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const unit = "numeric" as const;
  const [date, time] = [{ year: unit, month: unit, day: unit } as const, { hour: unit, minute: unit, second: unit } as const];
  const clock = new Intl.DateTimeFormat("en", { ...date, ...time, timeZone, hourCycle: "h23" });
  clocks.set(timeZone, clock);
  return clock;
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** An instant: date, time, and how far that is from UTC. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Whether a text is an instant that there is, such as `2026-11-27T12:00:00Z`. */
export function isInstant(text: string): boolean {
  const local = text.slice(0, "2026-11-27T12:00".length);
  return INSTANT.test(text) && localTimeProblem(local) === undefined && !Number.isNaN(new Date(text).getTime());
}
