import { type Page, wholeSeconds } from "../../model/pools/page";
import { quoted } from "../quote";

/** The action by which a balancer answers by itself; what follows in the line may say when. Without a body nothing is said of its type. */
export function returnBody({ status, body, contentType }: Pick<Page, "status" | "body" | "contentType">, headers = ""): string {
  const [type, text] = body === "" ? ["", ""] : [` content-type ${quoted(contentType)}`, ` string ${quoted(body)}`];
  return `http-request return status ${status}${type}${headers}${text}`;
}

/** The action by which a balancer answers with a page in the place of servers, which nobody may keep for longer. */
export function returnPage(page: Page): string {
  const later = page.retryAfter === undefined ? "" : ` hdr Retry-After ${wholeSeconds(page.retryAfter)}`;
  return returnBody(page, `${later} hdr Cache-Control no-store`);
}
