import * as ipaddr from "ipaddr.js";
import { isBlock, prefixLength } from "./cidr";

/** How many bits of an IPv6 address come before the IPv4 address that it maps (RFC 4291, 2.5.5.2). */
const MAPPED_BITS = 96;

/** Whether an IP address is in a block. Every IPv4 address is taken for the IPv6 address that maps it, so `::/0` has all. */
export function isIn(address: string, block: string): boolean {
  return holds(mappedBlock(block), addressOf(address), 128);
}

/** Whether all addresses of a block are in another. */
export function blockCovers(outer: string, inner: string): boolean {
  const mapped = mappedBlock(inner);
  return holds(mappedBlock(outer), addressOf(firstOf(mapped)), prefixLength(mapped));
}

/** A block as one of IPv6 addresses: `10.0.0.0/8` is `::ffff:10.0.0.0/104`. */
export function mappedBlock(block: string): string {
  return isBlock(block) ? `::ffff:${firstOf(block)}/${MAPPED_BITS + prefixLength(block)}` : block;
}

/** The first address of a block. */
export function firstOf(block: string): string {
  return block.split("/")[0] ?? "";
}

/** Whether a text is an IP address. */
export function isAddress(text: string): boolean {
  return addressOf(text) !== undefined;
}

function holds(block: string, address: ipaddr.IPv6 | undefined, bits: number): boolean {
  const first = addressOf(firstOf(block));
  const length = prefixLength(block);
  return first !== undefined && address !== undefined && length <= bits && address.match(first, length);
}

/** An address as one of IPv6; undefined for any other text. The library takes more: zones, and IPv4 addresses in octal or cut short. */
function addressOf(text: string): ipaddr.IPv6 | undefined {
  const ipv4 = text.replace(/^::ffff:(?=.*\.)/i, "");
  if (ipaddr.IPv4.isValidFourPartDecimal(ipv4)) return ipaddr.IPv4.parse(ipv4).toIPv4MappedAddress();
  return /^[0-9A-Fa-f:]+$/.test(text) && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}
