import type { OrderedCertificate } from "../components/ordered-certificate";
import { ISSUED, NOT_ORDERED } from "../components/contracts/acme-certificate";

/** Whether it was made by the last `up`, which brought its account to the balancers: now they have the answers that an order needs. */
export function canBeOrdered(ordered: OrderedCertificate | undefined): boolean {
  return ordered?.state === NOT_ORDERED;
}

/**
 * Whether somebody should see to it: there is none that anybody trusts, or half of the time has passed in which another one was to be had.
 * Before that, an order that comes to nothing may well succeed at the next try.
 */
export function needsSomebody({ state, isStandIn, renewsFrom, expires }: OrderedCertificate, now: Date): boolean {
  if (state === ISSUED) return now >= new Date(expires);
  return isStandIn || now.getTime() >= (Date.parse(renewsFrom) + Date.parse(expires)) / 2;
}

/** What is to be told of it, with its line break; nothing while it is good and none is due. */
export function orderedInWords(ordered: OrderedCertificate | undefined, now: Date): string {
  if (ordered === undefined) return "";
  const { domains, state, isStandIn, renewsFrom, expires } = ordered;
  const which = `the certificate of ${domains.join(", ")}`;
  const day = expires.slice(0, "2027-11-25".length);
  if (state === NOT_ORDERED) return `  ${which} is not ordered yet: the next \`npm run up\` orders it\n`;
  const there = isStandIn
    ? "there is none that anybody trusts"
    : `the one that is there ${now >= new Date(expires) ? "ended on" : "is good until"} ${day}`;
  if (state !== ISSUED) return `  ${which} was not issued: ${state}\n  ${there}; the next \`npm run up\` tries again\n`;
  return now < new Date(renewsFrom) ? "" : `  ${which} is due, ${there}: the next \`npm run up\` orders another one\n`;
}
