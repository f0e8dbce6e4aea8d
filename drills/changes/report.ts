import type { LoadResult } from "../load/load";
import { table } from "../../workspace/table";
import type { Proven } from "./proof";

/** One line for a change: `scale up: 0 failed of 1710, longest gap 52 ms, p50/p99/p99.9 1.2/4.1/9.7 ms; WebSockets: 0 cut of 6`. */
export function lineOf({ change, seen, downloads, webSockets, outlasted }: Proven): string {
  const { p50, p99, p999 } = seen.latency;
  const apart = outlasted.length === 0 ? "" : `, ${outlasted.length} beyond the drain limit`;
  const cut = webSockets.cuts.length - outlasted.length;
  return [
    `${change}: ${seen.failed} failed of ${seen.sent}${seen.failed === 0 ? "" : ` (${kindsOf(seen)})`}${seen.resent === 0 ? "" : `, ${seen.resent} resent`}`,
    `longest gap ${seen.longestGapMs.toFixed(0)} ms`,
    `p50/p99/p99.9 ${[p50, p99, p999].map((ms) => ms.toFixed(1)).join("/")} ms; WebSockets: ${cut} cut of ${webSockets.opened}${apart}`,
  ]
    .join(", ")
    .concat(downloads === undefined ? "" : `; downloads: ${downloads.failed} failed of ${downloads.sent}`);
}

/** What every change cost, in a table, and below it whatever was lost. */
export function reportOf(title: string, proven: readonly Proven[]): string {
  const rows = proven.map(({ change, seen, downloads, webSockets, outlasted }) => [
    change,
    seen.failed,
    seen.sent,
    kindsOf(seen),
    seen.resent + (downloads?.resent ?? 0),
    seen.longestGapMs.toFixed(0),
    ...[seen.latency.p50, seen.latency.p99, seen.latency.p999].map((ms) => ms.toFixed(1)),
    `${webSockets.cuts.length - outlasted.length} of ${webSockets.opened}`,
    outlasted.length,
    `${webSockets.lost - outlasted.reduce((sum, cut) => sum + cut.lost, 0)} of ${webSockets.sent}`,
    downloads === undefined ? "" : `${downloads.failed} of ${downloads.sent}`,
  ]);
  const head = [
    title,
    "failed",
    "of",
    "kinds",
    "resent",
    "gap ms",
    "p50",
    "p99",
    "p99.9",
    "ws cut",
    "beyond drain",
    "ws lost",
    "downloads",
  ];
  const losses = proven.flatMap(({ change, losses: all }) => all.map((loss) => `  ${change}: ${loss}`));
  const all = proven.flatMap(({ seen, downloads }) => [seen, ...(downloads ? [downloads] : [])]);
  const [failed, sent] = (["failed", "sent"] as const).map((key) => all.reduce((sum, seen) => sum + seen[key], 0));
  return [table(head, rows), `  ${failed ?? 0} failed of ${sent ?? 0}`, ...losses].join("\n");
}

function kindsOf({ failures }: LoadResult): string {
  return Object.entries(failures)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}
