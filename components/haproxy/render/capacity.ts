import type { Capacity } from "../../model/pools/capacity";
import { Duration } from "../../model/duration";

/** How a backend keeps requests that are too many for its servers, and how long. */
export function capacityLines(settings: Capacity | undefined, backend: string): string[] {
  if (settings === undefined) return [];
  const queue = Duration.parse(settings.queue);
  return [
    `  timeout queue ${queue}`,
    `  http-request deny deny_status 503 if { avg_queue(${backend}) gt ${queuedOf(settings)} }`,
    // Of the balancer's own 503s alone, those for which no server answered.
    "  http-response set-var(txn.answered) bool(true)",
    `  http-after-response set-header Retry-After ${Math.ceil(queue.milliseconds / 1_000)} if { status 503 } !{ var(txn.answered) -m found }`,
  ];
}

/** What a server's line says of its capacity. */
export function capacityWord(settings: Capacity | undefined): string {
  return settings === undefined ? "" : ` maxconn ${settings.requests} maxqueue ${queuedOf(settings)}`;
}

/** How many may wait for each server. */
export function queuedOf({ requests, queued }: Capacity): number {
  return queued ?? requests;
}
