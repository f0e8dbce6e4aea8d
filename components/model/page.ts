import { z } from "zod";
import { duration, mustBe, text, whole } from "./schema";

/** Status of a page that stands in for servers: nobody can answer now, and it may be tried again. */
export const DEFAULT_PAGE_STATUS = 503;
/** What the body of a page is. */
export const DEFAULT_PAGE_TYPE = "text/html; charset=utf-8";
/** The longest body of a page, in bytes; with its headers it must fit into HAProxy's buffer of 16 KiB. */
export const LONGEST_PAGE = 8_192;

/** Statuses of answers without a body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5). */
export const BODILESS = [204, 205, 304];

/** An answer that a balancer gives by itself. */
export interface Page {
  /** Its status, 200 to 599, but none without a body. @default 503 */
  readonly status: number;
  /** Its body, 8 KiB of UTF-8 at most. */
  readonly body: string;
  /** What the body is. @default "text/html; charset=utf-8" */
  readonly contentType: string;
  /** When a client may ask again, 1s to 24h, in whole seconds; the Retry-After header. @default none */
  readonly retryAfter?: string | undefined;
}

const TYPE_RULE = "a media type such as text/plain";
const BODY_RULE = `a text of 1 to ${LONGEST_PAGE} bytes without control characters`;

/** A page, in a stack file. */
export const page = z.strictObject(
  {
    status: whole(200, 599)
      .refine((status) => !BODILESS.includes(status), mustBe("a status whose answers have a body"))
      .default(DEFAULT_PAGE_STATUS)
      .describe("Status of the answer."),
    body: text(BODY_RULE)
      .refine((body) => Buffer.byteLength(body) <= LONGEST_PAGE, mustBe(BODY_RULE))
      .refine((body) => !/[^\P{Cc}\n\r\t]/u.test(body), mustBe(BODY_RULE))
      .describe("Body of the answer; in YAML, a block that begins with | keeps its lines."),
    contentType: text(TYPE_RULE)
      .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)*$/, mustBe(TYPE_RULE))
      .default(DEFAULT_PAGE_TYPE)
      .describe("Media type of the body."),
    retryAfter: duration("1s", "24h").optional().describe("When clients may ask again (Retry-After). Default: not said."),
  },
  mustBe("a map such as { body: We are back soon. }"),
);
