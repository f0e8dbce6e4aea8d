import { fingerprint } from "../../model/name";
import type { Place } from "../shared/place";

/** Most characters of a name, a network tag (RFC 1035 labels both) or the value of a label. */
const LONGEST = 63;
/** What auto-naming puts after the name of a resource: a hyphen and seven digits. */
const AUTO_NAMED = "-0123abc".length;

/** The labels of a resource; `name` is what tells it apart from others of its data center. */
export function labelsOf({ name: dataCenter, site }: Place, name: string): Record<string, string> {
  return { "evenkeel-site": cut(site), "evenkeel-data-center": cut(dataCenter), name: cut(name) };
}

/** The name of a resource in the stack, which auto-naming makes a name in the cloud from. */
export function resourceName(text: string): string {
  return cut(text, LONGEST - AUTO_NAMED);
}

/**
 * A name as Google Cloud takes it: lower-case letters, digits and hyphens. Another character becomes a hyphen; one that is too
 * long is cut, and a fingerprint of the whole keeps it apart from others.
 *
 * @param text Begins with a letter.
 */
export function cut(text: string, longest: number = LONGEST): string {
  const plain = text.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 9)}-${fingerprint(text)}`;
}
