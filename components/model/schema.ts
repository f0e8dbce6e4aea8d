import { z } from "zod";
import { Duration, isDuration } from "./duration";
import { NAME, NAME_RULE } from "./name";
import { shown } from "./problem";

/** The parts that the sections of a stack file are made of; each says in a message what it got and what is allowed. */
export const mustBe = (what: string) => ({
  error: ({ input }: { input?: unknown }) => `is ${shown(input)}, but must be ${what}`,
});

/** A name of the user's own. */
export const name = z.string(mustBe(`a name: ${NAME_RULE}`)).regex(NAME, mustBe(`a name: ${NAME_RULE}`));

/** A text that is not empty. */
export const text = (what: string) => z.string(mustBe(what)).min(1, mustBe(what));

/** A whole number in a range, both ends included. */
export const whole = (from: number, to: number, what = `a whole number from ${from} to ${to}`) =>
  z.int(mustBe(what)).min(from, mustBe(what)).max(to, mustBe(what));

/** A map from the user's names to values. */
export const byKey = <Value extends z.ZodType>(value: Value, what: string) => z.record(name, value, mustBe(what));

/** A duration in a range, both ends included. */
export function duration(from: string, to: string) {
  const what = `a duration from ${from} to ${to}`;
  const [least, most] = [Duration.parse(from).milliseconds, Duration.parse(to).milliseconds];
  const inRange = (value: string): boolean => {
    const { milliseconds } = Duration.parse(value);
    return least <= milliseconds && milliseconds <= most;
  };
  return z
    .string(mustBe(`${what}, written like 500ms, 2.5s or 30m`))
    .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, mustBe(`${what}, written like 500ms, 2.5s or 30m`))
    .refine((value) => !isDuration(value) || inRange(value), mustBe(what));
}

/** A text that `problem` finds nothing wrong with. */
export const sound = (problem: (value: unknown) => string | undefined) => {
  const error = ({ input }: { input?: unknown }) => problem(input);
  return z.string({ error }).refine((value) => problem(value) === undefined, { error });
};

/** A host name in lower case, such as `shop.example.com` (RFC 1123; 253 characters at most). */
export const hostName = (what: string) =>
  z
    .string(mustBe(what))
    .max(253, mustBe(what))
    .regex(/^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/, mustBe(what));
