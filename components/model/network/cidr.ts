import * as ipaddr from "ipaddr.js";

/** A block of addresses of one kind: its first address, and how many bits of it are fixed. */
type Block<Address> = readonly [first: Address, bits: number];

/**
 * How blocks are written. The library takes more: short addresses, numbers that start with 0 (octal to some), hexadecimal ones, zones,
 * and lengths that start with 0.
 */
const IPV4_BLOCK = /^[\d.]+\/(0|[1-9]\d?)$/;
const IPV6_BLOCK = /^[0-9A-Fa-f:]+\/(0|[1-9]\d{0,2})$/;

/** Whether a text is a block of IPv4 addresses whose host bits are zero: `10.16.0.0/20`, but not `10.16.0.1/20`. */
export function isBlock(cidr: string): boolean {
  return ipv4BlockOf(cidr) !== undefined;
}

/** Whether a text is a block of IPv6 addresses whose host bits are zero: `2001:db8::/32`, but not `2001:db8::1/32`. */
export function isIpv6Block(cidr: string): boolean {
  return ipv6BlockOf(cidr) !== undefined;
}

/** How many bits of a block are fixed: 20 for `10.16.0.0/20`. */
export function prefixLength(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

/** Whether two blocks share an address. What is no block shares none. */
export function overlap(left: string, right: string): boolean {
  return isWithin(left, right) || isWithin(right, left);
}

/** Whether a block of addresses lies in another of its kind. What is no block lies in none. */
export function isWithin(inner: string, outer: string): boolean {
  const [small, large] = [blockOf(inner), blockOf(outer)];
  if (small === undefined || small[0].kind() !== large?.[0].kind()) return false;
  return small[1] >= large[1] && small[0].match(large[0], large[1]);
}

/** The `index`th part of a block that is cut in `parts`, a power of two: the second quarter of `10.16.0.0/20` is `10.16.4.0/22`. */
export function partOf(cidr: string, index: number, parts: number): string {
  const block = ipv4BlockOf(cidr);
  if (block === undefined) throw new Error(`${cidr} is not a block of IPv4 addresses`);
  const [first, bits] = block;
  const length = bits + Math.log2(parts);
  const start = first.octets.reduce((sum, octet) => sum * 256 + octet, 0) + index * 2 ** (32 - length);
  return `${new ipaddr.IPv4([24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256)).toString()}/${length}`;
}

function blockOf(cidr: string): Block<ipaddr.IPv4 | ipaddr.IPv6> | undefined {
  return ipv4BlockOf(cidr) ?? ipv6BlockOf(cidr);
}

function ipv4BlockOf(cidr: string): Block<ipaddr.IPv4> | undefined {
  if (!IPV4_BLOCK.test(cidr) || !ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr)) return undefined;
  const block = ipaddr.IPv4.parseCIDR(cidr);
  return isSame(block[0], ipaddr.IPv4.networkAddressFromCIDR(cidr)) ? block : undefined;
}

function ipv6BlockOf(cidr: string): Block<ipaddr.IPv6> | undefined {
  if (!IPV6_BLOCK.test(cidr) || !ipaddr.IPv6.isValidCIDR(cidr)) return undefined;
  const block = ipaddr.IPv6.parseCIDR(cidr);
  return isSame(block[0], ipaddr.IPv6.networkAddressFromCIDR(cidr)) ? block : undefined;
}

function isSame(left: ipaddr.IPv4 | ipaddr.IPv6, right: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return left.toNormalizedString() === right.toNormalizedString();
}
