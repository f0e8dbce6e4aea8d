import { z } from "zod";
import { mustBe } from "../schema";

const UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
const TEXT = /^(\d{1,15})(B|KiB|MiB|GiB)$/;

/**
 * How many bytes a size such as `512B`, `8KiB`, `10MiB` or `1GiB` is.
 * @throws RangeError when the text is anything else.
 */
export function bytesOf(text: string): number {
  const match = TEXT.exec(text);
  if (match === null) throw new RangeError(`${text} is not a size such as 512B, 8KiB, 10MiB or 1GiB`);
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** A size in a range, both ends included. */
export function size(from: string, to: string) {
  const rule = mustBe(`a size from ${from} to ${to}, written like 512B, 8KiB or 10MiB`);
  const [least, most] = [bytesOf(from), bytesOf(to)];
  return z
    .string(rule)
    .regex(TEXT, rule)
    .refine((value) => !TEXT.test(value) || (least <= bytesOf(value) && bytesOf(value) <= most), rule);
}
