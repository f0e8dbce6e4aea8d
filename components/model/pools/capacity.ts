import { z } from "zod";
import { duration, mustBe, whole } from "../schema";

/** How long a request may wait for a free server; a client that waits longer is likely gone. */
export const DEFAULT_QUEUE = "5s";
/** Far more than any server answers at once. */
const MOST_REQUESTS = 100_000;

/** What one server of a pool can carry, in a stack file. */
export const capacity = z
  .strictObject(
    {
      requests: whole(1, MOST_REQUESTS).describe(
        "Requests that one balancer has one server answer at a time; a WebSocket counts as one while it lives.",
      ),
      queue: duration("100ms", "5m")
        .default(DEFAULT_QUEUE)
        .describe("How long a request may wait for a free server, until it is answered 503."),
      queued: whole(1, MOST_REQUESTS)
        .optional()
        .describe("Requests that may wait for each server; more are answered 503 at once. Default: as many as requests."),
    },
    mustBe("a map such as { requests: 100, queue: 5s }"),
  )
  .describe("What one server can carry; what is more waits at the balancer. Default: no limit.");

/** Capacity as the stack describes it. */
export type Capacity = z.output<typeof capacity>;
