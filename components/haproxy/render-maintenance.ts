import { type MaintenancePage, secondsUntilRetry } from "../model/maintenance-page";
import { type PoolPlan, sortedEntries } from "../model/plan";

/** What stands for itself between double quotes; whatever else a user wrote is given by its bytes, and so means nothing to HAProxy. */
const PLAIN = /[A-Za-z0-9 .,:;<>/=_-]/;

/** The rules of a frontend by which requests to pools that are out get a page, before a server is chosen. */
export function maintenanceRules(pools: Readonly<Record<string, PoolPlan>>): string[] {
  return sortedEntries(pools).flatMap(([name, { page }]) => (page === undefined ? [] : [pageRule(name, page)]));
}

/** The rules of a frontend by which connections to tcp pools that are out are closed, before a server is chosen. */
export function closingRules(pools: Readonly<Record<string, PoolPlan>>): string[] {
  return sortedEntries(pools).flatMap(([name, { page }]) =>
    page === undefined ? [] : [`  tcp-request content reject if ${isFor(name, page)}`],
  );
}

function pageRule(pool: string, page: MaintenancePage): string {
  const { body, contentType } = page;
  return (
    `  http-request return status 503 content-type ${quoted(contentType)} hdr Retry-After ${secondsUntilRetry(page)}` +
    ` hdr Cache-Control no-store string ${quoted(body)} if ${isFor(pool, page)}`
  );
}

function isFor(pool: string, { exceptFrom }: MaintenancePage): string {
  const others = exceptFrom.length === 0 ? "" : ` !{ src ${exceptFrom.join(" ")} }`;
  return `{ var(txn.pool) -m str ${pool} }${others}`;
}

/** A text as one word of HAProxy's configuration. */
function quoted(text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return byte < 0x80 && PLAIN.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return `"${escaped.join("")}"`;
}
