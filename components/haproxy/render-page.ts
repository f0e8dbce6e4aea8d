import { Duration } from "../model/duration";
import type { Page } from "../model/page";
import { quoted } from "./quoted";

/** The action by which a balancer answers with a page; what follows in the line may say when. */
export function returnPage({ status, body, contentType, retryAfter }: Page): string {
  const later = retryAfter === undefined ? "" : ` hdr Retry-After ${Math.ceil(Duration.parse(retryAfter).milliseconds / 1_000)}`;
  return `http-request return status ${status} content-type ${quoted(contentType)}${later} string ${quoted(body)}`;
}
