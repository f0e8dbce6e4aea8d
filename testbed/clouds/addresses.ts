import { fingerprint } from "../../components/model/name";

/** The addresses that stand-in machines have in public: a block that is for benchmarks, and nobody's (RFC 2544). */
const PUBLIC_BLOCK = "198.18.0.0/15";
/** The same for IPv6: a block that is for documentation (RFC 3849). */
const PUBLIC_PREFIX = "2001:db8";

/** Who holds an address: one resource. */
export interface Holder {
  readonly urn: string;
  readonly id: string;
}

/** Hands out addresses: to a resource one of each network, the same in every run, and to no two the same one at once. */
export class Addresses {
  private readonly held = new Map<string, readonly string[]>();
  private readonly taken = new Set<string>();
  private readonly ever = new Set<string>();

  /** A public IPv4 address. */
  ipv4(holder: Holder): string {
    return this.within(PUBLIC_BLOCK, holder);
  }

  /** An IPv4 address of a network. */
  within(block: string, { urn, id }: Holder): string {
    const { first, size } = parseBlock(block);
    const held = this.held.get(id)?.find((address) => isInside(address, block));
    if (held !== undefined) return held;
    // The ends of a network are not for machines, and clouds keep the lowest few for themselves.
    const room = Math.max(size - 8, 1);
    const start = Number.parseInt(fingerprint(`${block} ${urn} ${id}`), 16) % room;
    for (let i = 0; i < room; i++) {
      const address = dotted(first + 4 + ((start + i) % room));
      if (this.taken.has(address)) continue;
      this.taken.add(address);
      this.ever.add(address);
      this.held.set(id, [...(this.held.get(id) ?? []), address]);
      return address;
    }
    throw new Error(`${block} has no free address left`);
  }

  /** A block of 256 IPv6 networks. */
  ipv6Block({ urn, id }: Holder): string {
    const digits = fingerprint(`${urn} ${id}`);
    return `${PUBLIC_PREFIX}:${group(digits.slice(0, 4))}:${group(`${digits.slice(4, 6)}00`)}::/56`;
  }

  /** An IPv6 address, of a network of 2^64 when one is given. */
  ipv6({ urn, id }: Holder, block = `${PUBLIC_PREFIX}::/64`): string {
    const digits = fingerprint(`${urn} ${id}`);
    return `${(block.split("/")[0] ?? "").replace(/::$/, "")}::${group(digits.slice(0, 4))}:${group(digits.slice(4))}`;
  }

  /** Gives back what a resource holds. */
  release({ id }: Holder): void {
    for (const address of this.held.get(id) ?? []) this.taken.delete(address);
    this.held.delete(id);
  }

  /** Whether an address was ever handed out here. */
  isOurs(address: string): boolean {
    return this.ever.has(address);
  }
}

/** Whether two blocks of IPv4 addresses have one in common. */
export function overlap(left: string, right: string): boolean {
  const [a, b] = [parseBlock(left), parseBlock(right)];
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** Whether a block of IPv4 addresses lies inside another. */
export function isInside(inner: string, outer: string): boolean {
  const [a, b] = [parseBlock(inner), parseBlock(outer)];
  return a.first >= b.first && a.first + a.size <= b.first + b.size;
}

/** How many bits of a block are fixed: 16 of `10.0.0.0/16`. */
export function prefixLength(block: string): number {
  return Number(block.split("/")[1]);
}

function parseBlock(block: string): { first: number; size: number } {
  const [address = "", bits = "32"] = block.split("/");
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  if (!Number.isInteger(number) || !Number.isInteger(size)) throw new Error(`${block} is no block of IPv4 addresses`);
  return { first: number - (number % size), size };
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** Four hexadecimal digits as a group of an IPv6 address, without leading zeros. */
function group(digits: string): string {
  return digits.replace(/^0+(?=.)/, "");
}
