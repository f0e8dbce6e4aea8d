import { z } from "zod";
import { addressBlocks } from "../network/address-block";
import { body, contentType, DEFAULT_PAGE_STATUS, DEFAULT_PAGE_TYPE, type Page, retryAfter } from "../pools/page";
import { mustBe } from "../schema";

/** When a client may ask again, unless a maintenance page says otherwise. */
export const DEFAULT_RETRY_AFTER = "10m";

/** What a maintenance page says unless it is told otherwise. */
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
      body: body.default(DEFAULT_BODY).describe("Body of the answer. Default: a short page in English."),
      contentType: contentType.default(DEFAULT_PAGE_TYPE).describe("Media type of the body."),
      retryAfter: retryAfter.default(DEFAULT_RETRY_AFTER).describe("When clients are told to ask again."),
      exceptFrom: addressBlocks().describe("Addresses of clients that get the pool all the same, such as your own."),
    },
    mustBe("a map such as { retryAfter: 30m }"),
  )
  .describe("What requests to a pool get while it is declared out: status 503, and when to ask again.");

/** What requests to a pool get while it is declared out. */
export type MaintenancePage = z.output<typeof maintenancePage>;

/** The page itself. */
export function pageOf({ body, contentType, retryAfter }: MaintenancePage): Page {
  return { status: DEFAULT_PAGE_STATUS, body, contentType, retryAfter };
}
