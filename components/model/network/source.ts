import { ipv6Of, isBlock } from "./cidr";

/** How many bits of an IPv6 address come before the IPv4 address that it maps (RFC 4291, 2.5.5.2). */
const MAPPED_BITS = 96;

/** Whether an IP address is in a block. Every IPv4 address is taken for the IPv6 address that maps it, so `::/0` has all. */
export function isIn(address: string, block: string): boolean {
  const asked = addressOf(address);
  return asked !== undefined && holds(mappedBlock(block), asked, 128);
}

/** Whether all addresses of a block are in another. */
export function blockCovers(outer: string, inner: string): boolean {
  const [first = "", bits = ""] = mappedBlock(inner).split("/");
  const address = addressOf(first);
  return address !== undefined && holds(mappedBlock(outer), address, Number(bits));
}

/** A block as one of IPv6 addresses: `10.0.0.0/8` is `::ffff:10.0.0.0/104`. */
export function mappedBlock(block: string): string {
  if (!isBlock(block)) return block;
  const [address = "", bits = ""] = block.split("/");
  return `::ffff:${address}/${MAPPED_BITS + Number(bits)}`;
}

/** The first address of a block. */
export function firstOf(block: string): string {
  return block.split("/")[0] ?? "";
}

/** Whether a text is an IP address. */
export function isAddress(text: string): boolean {
  return addressOf(text) !== undefined;
}

function holds(block: string, address: bigint, bits: number): boolean {
  const [first = "", length = ""] = block.split("/");
  const [start, shift] = [addressOf(first), BigInt(128 - Number(length))];
  return start !== undefined && Number(length) <= bits && start >> shift === address >> shift;
}

/** An address as a number of 128 bits; undefined for any other text. */
function addressOf(text: string): bigint | undefined {
  const [, , ipv4] = /^(::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(text) ?? [];
  if (ipv4 === undefined) return ipv6Of(text);
  if (!isBlock(`${ipv4}/32`)) return undefined;
  return ipv4.split(".").reduce((sum, octet) => sum * 256n + BigInt(octet), 0xffffn);
}
