/** A block of IPv4 addresses: its first and last address as numbers. */
interface Block {
  readonly first: number;
  readonly last: number;
}

/** How a block of IPv4 addresses is written. A number that starts with 0 is octal to some, and refused by others. */
const IPV4_BLOCK = /^((?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2}))\/(0|[1-9]\d?)$/;

/** Whether a text is a block of IPv4 addresses whose host bits are zero: `10.16.0.0/20`, but not `10.16.0.1/20`. */
export function isBlock(cidr: string): boolean {
  return blockOf(cidr) !== undefined;
}

/** Whether a text is a block of IPv6 addresses whose host bits are zero: `2001:db8::/32`, but not `2001:db8::1/32`. */
export function isIpv6Block(cidr: string): boolean {
  const [, address = "", length = ""] = /^([0-9A-Fa-f:]+)\/(0|[1-9]\d{0,2})$/.exec(cidr) ?? [];
  const [first, bits] = [ipv6Of(address), Number(length)];
  return first !== undefined && bits <= 128 && first % (1n << BigInt(128 - bits)) === 0n;
}

/** How many bits of a block are fixed: 20 for `10.16.0.0/20`. */
export function prefixLength(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

/** Whether two blocks of IPv4 addresses share an address. What is no block shares none. */
export function overlap(left: string, right: string): boolean {
  const [one, other] = [blockOf(left), blockOf(right)];
  return one !== undefined && other !== undefined && one.first <= other.last && other.first <= one.last;
}

/** Whether a block of IPv4 addresses lies in another. */
export function isWithin(inner: string, outer: string): boolean {
  const [small, large] = [blockOf(inner), blockOf(outer)];
  return small !== undefined && large !== undefined && large.first <= small.first && small.last <= large.last;
}

/** Whether a block of addresses of either kind lies in another of its kind. */
export function isInside(inner: string, outer: string): boolean {
  if (!isIpv6Block(inner) || !isIpv6Block(outer)) return isWithin(inner, outer);
  const shift = BigInt(128 - prefixLength(outer));
  const [small = 0n, large = 0n] = [inner, outer].map((cidr) => ipv6Of(cidr.split("/")[0] ?? ""));
  return prefixLength(inner) >= prefixLength(outer) && small >> shift === large >> shift;
}

/** The `index`th part of a block that is cut in `parts`, a power of two: the second quarter of `10.16.0.0/20` is `10.16.4.0/22`. */
export function partOf(cidr: string, index: number, parts: number): string {
  const block = blockOf(cidr);
  if (block === undefined) throw new Error(`${cidr} is not a block of IPv4 addresses`);
  const length = prefixLength(cidr) + Math.log2(parts);
  return `${written(block.first + index * 2 ** (32 - length))}/${length}`;
}

function blockOf(cidr: string): Block | undefined {
  const [, address = "", length = ""] = IPV4_BLOCK.exec(cidr) ?? [];
  const octets = address.split(".").map(Number);
  const bits = Number(length);
  if (length === "" || bits > 32 || octets.some((octet) => octet > 255)) return undefined;
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

/** An IPv6 address as a number; undefined for any other text. */
export function ipv6Of(address: string): bigint | undefined {
  const halves = address.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const [head = [], tail = []] = halves;
  const left = 8 - head.length - tail.length;
  // A double colon stands for one group of zeros or more.
  const fits = halves.length === 2 ? left >= 1 : halves.length === 1 && left === 0;
  if (!fits || [...head, ...tail].some((group) => !/^[0-9A-Fa-f]{1,4}$/.test(group))) return undefined;
  const groups = [...head, ...Array.from({ length: left }, () => "0"), ...tail];
  return BigInt(`0x${groups.map((group) => group.padStart(4, "0")).join("")}`);
}

function written(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
