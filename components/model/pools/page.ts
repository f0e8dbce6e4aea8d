import { z } from "zod";
import { Duration } from "../duration";
import { duration, mustBe, text, whole } from "../schema";

/** Status of a page that stands in for servers: nobody can answer now, and it may be tried again. */
export const DEFAULT_PAGE_STATUS = 503;
/** What the body of a page is. */
export const DEFAULT_PAGE_TYPE = "text/html; charset=utf-8";
/** The longest body that a balancer answers with, in bytes; with its headers it must fit into HAProxy's buffer of 16 KiB. */
export const LONGEST_BODY = 8_192;

/** An answer that a balancer gives by itself. */
export interface Page {
  /** Its status, 200 to 599, but not one without a body. @default 503 */
  readonly status: number;
  /** Its body, 8 KiB of UTF-8 at most. */
  readonly body: string;
  /** What the body is. @default "text/html; charset=utf-8" */
  readonly contentType: string;
  /** When a client may ask again, 1s to 24h, in whole seconds; the Retry-After header. @default none */
  readonly retryAfter?: string | undefined;
}

const TYPE_RULE = "a media type such as text/plain";
const BODY_RULE = `a text of 1 to ${LONGEST_BODY} bytes without control characters`;

/** The status of an answer that a balancer gives by itself. */
export const status = whole(200, 599);
/** Statuses of answers without a body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5). */
export const BODILESS: readonly number[] = [204, 205, 304];

const PAGE_STATUS_RULE = `a whole number from 200 to 599, though not ${BODILESS.join(", ")}, which have no body`;

/** The body of an answer that a balancer gives by itself. */
export const body = text(BODY_RULE)
  .refine((given) => Buffer.byteLength(given) <= LONGEST_BODY, mustBe(BODY_RULE))
  .refine((given) => !/[^\P{Cc}\n\r\t]/u.test(given), mustBe(BODY_RULE));

/** The media type of such a body. */
export const contentType = text(TYPE_RULE).regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.+-]+)*$/, mustBe(TYPE_RULE));

/** When a client may ask again. */
export const retryAfter = duration("1s", "24h");

/** A page, in a stack file. */
export const page = z.strictObject(
  {
    status: whole(200, 599, PAGE_STATUS_RULE)
      .refine((given) => !BODILESS.includes(given), mustBe(PAGE_STATUS_RULE))
      .default(DEFAULT_PAGE_STATUS)
      .describe("Status of the answer."),
    body: body.describe("Body of the answer; in YAML, a block that begins with | keeps its lines."),
    contentType: contentType.default(DEFAULT_PAGE_TYPE).describe("Media type of the body."),
    retryAfter: retryAfter.optional().describe("When clients may ask again (Retry-After). Default: not said."),
  },
  mustBe("a map such as { body: We are back soon. }"),
);

/** When a client may ask again, as HTTP has it. */
export function wholeSeconds(given: string): number {
  return Math.ceil(Duration.parse(given).milliseconds / 1_000);
}
