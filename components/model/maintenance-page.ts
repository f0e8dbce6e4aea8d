import { z } from "zod";
import { isBlock, isIpv6Block } from "./cidr";
import { Duration } from "./duration";
import { duration, mustBe } from "./schema";

/** The longest page, in bytes: a balancer answers it from one buffer of 16 KiB, beside the header. */
export const LONGEST_PAGE = 8_192;
/** When a client may ask again, unless a page says otherwise. */
export const DEFAULT_RETRY_AFTER = "10m";

const BODY_RULE = `a text of 1 to ${LONGEST_PAGE} bytes`;
const TYPE_RULE = "a media type, such as text/html; charset=utf-8 or application/json";
const CIDR_RULE = "a block of addresses without host bits, such as 198.51.100.0/24 or 2001:db8::/32";

/** What a page says unless it is told otherwise. */
export const DEFAULT_BODY = `<!doctype html>
<html lang="en">
<title>Maintenance</title>
<h1>Back soon</h1>
<p>This is being worked on. Please try again in a while.</p>
</html>
`;

/** What requests to a pool get while it is declared out, in a stack file. */
export const maintenancePage = z
  .strictObject(
    {
      body: z
        .string(mustBe(BODY_RULE))
        .min(1, mustBe(BODY_RULE))
        .refine((body) => Buffer.byteLength(body) <= LONGEST_PAGE && !body.includes("\0"), mustBe(BODY_RULE))
        .default(DEFAULT_BODY)
        .describe("What the page says. Default: a short page in English."),
      contentType: z
        .string(mustBe(TYPE_RULE))
        .regex(/^[A-Za-z0-9.+-]+\/[A-Za-z0-9.+-]+(; ?charset=[A-Za-z0-9-]+)?$/, mustBe(TYPE_RULE))
        .default("text/html; charset=utf-8")
        .describe("Its media type."),
      retryAfter: duration("1s", "24h").default(DEFAULT_RETRY_AFTER).describe("When clients are told to ask again."),
      exceptFrom: z
        .array(
          z.string(mustBe(CIDR_RULE)).refine((block) => isBlock(block) || isIpv6Block(block), mustBe(CIDR_RULE)),
          mustBe("a list such as [198.51.100.0/24]"),
        )
        .default([])
        .describe("Addresses of clients that get the pool all the same, such as your own."),
    },
    mustBe("a map such as { retryAfter: 30m }"),
  )
  .describe("What requests to a pool get while it is declared out: status 503, and when to ask again.");

/** What requests to a pool get while it is declared out. */
export type MaintenancePage = z.output<typeof maintenancePage>;

/** When clients are told to ask again, in whole seconds, as HTTP has it. */
export function secondsUntilRetry({ retryAfter }: MaintenancePage): number {
  return Math.ceil(Duration.parse(retryAfter).milliseconds / 1_000);
}
