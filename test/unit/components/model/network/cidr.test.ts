import { expect } from "chai";
import * as fc from "fast-check";
import { isBlock, isIpv6Block, isWithin, overlap, partOf, prefixLength } from "../../../../../components/model/network/cidr";

const written = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");

/** A block of so many fixed bits, and its first address as a number. */
const blockOf = (bits: fc.Arbitrary<number>) =>
  fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), bits).map(([address, length]) => {
    const first = address - (address % 2 ** (32 - length));
    return { cidr: `${written(first)}/${length}`, first, last: first + 2 ** (32 - length) - 1 };
  });

/** Blocks that are near enough to each other to overlap often. */
const near = fc
  .tuple(fc.integer({ min: 0, max: 1023 }), fc.integer({ min: 22, max: 32 }))
  .map(([offset, length]) => `${written(0x0a_10_00_00 + offset - (offset % 2 ** (32 - length)))}/${length}`);

describe("A block of IPv4 addresses", () => {
  it("has no host bits", () => {
    for (const cidr of ["10.16.0.0/20", "0.0.0.0/0", "128.0.0.0/1", "255.255.255.255/32", "192.0.2.10/32", "10.0.0.2/31"]) {
      expect(isBlock(cidr), cidr).to.equal(true);
    }
    for (const cidr of ["10.16.0.1/20", "10.16.8.0/20", "10.0.0.1/31", "1.0.0.0/0", "192.0.2.10/24"]) {
      expect(isBlock(cidr), cidr).to.equal(false);
    }
  });

  it("is written in one way only: four numbers and a length, none with a zero before it", () => {
    for (const text of [
      ...["", "/", "10.16.0.0", "10.16.0.0/", "/20", "10.16.0/20", "10.16.0.0.0/20", "10.16.0.256/32", "300.0.0.0/8"],
      ...["10.16.0.0/33", "10.16.0.0/200", "10.16.0.0/-1", "10.16.0.0/2.5", "10.16.0.0/a", "::/0", "10.16.0.0/20/20"],
      ...["010.16.0.0/20", "10.16.0.00/20", "10.16.0.0/020", "0.0.0.0/00", " 10.16.0.0/20", "10.16.0.0/20\n", "10.16.0.0 /20"],
    ]) {
      expect(isBlock(text), JSON.stringify(text)).to.equal(false);
    }
  });

  it("is one at every address and length whose host bits are zero, and at no other", () => {
    fc.assert(
      fc.property(blockOf(fc.integer({ min: 0, max: 31 })), fc.nat(), ({ cidr, first, last }, at) => {
        expect(isBlock(cidr)).to.equal(true);
        const inside = first + 1 + (at % (last - first));
        expect(isBlock(`${written(inside)}/${prefixLength(cidr)}`)).to.equal(false);
      }),
    );
  });

  it("says how many of its bits are fixed", () => {
    expect(prefixLength("10.16.0.0/20")).to.equal(20);
    expect(prefixLength("0.0.0.0/0")).to.equal(0);
  });
});

describe("Two blocks of IPv4 addresses", () => {
  it("overlap where they share an address", () => {
    expect(overlap("10.16.0.0/20", "10.16.0.0/20")).to.equal(true);
    expect(overlap("10.16.0.0/20", "10.16.15.0/24")).to.equal(true);
    expect(overlap("10.16.0.0/20", "10.16.16.0/20")).to.equal(false);
    expect(overlap("0.0.0.0/0", "255.255.255.255/32")).to.equal(true);
  });

  it("lie in each other, or do not", () => {
    expect(isWithin("10.16.15.0/24", "10.16.0.0/20")).to.equal(true);
    expect(isWithin("10.16.0.0/20", "10.16.15.0/24")).to.equal(false);
    expect(isWithin("10.16.0.0/20", "10.16.0.0/20")).to.equal(true);
    expect(isWithin("172.32.0.0/16", "172.16.0.0/12")).to.equal(false);
  });

  it("have nothing in common when one of them is none", () => {
    for (const text of ["", "10.16.0.1/20", "anything"]) {
      expect([overlap(text, "0.0.0.0/0"), overlap("0.0.0.0/0", text), overlap(text, text)]).to.deep.equal([false, false, false]);
      expect([isWithin(text, "0.0.0.0/0"), isWithin("0.0.0.0/0", text)]).to.deep.equal([false, false]);
    }
  });

  it("overlap whichever is named first, and exactly when one lies in the other", () => {
    fc.assert(
      fc.property(near, near, (left, right) => {
        expect(overlap(left, right)).to.equal(overlap(right, left));
        expect(overlap(left, right)).to.equal(isWithin(left, right) || isWithin(right, left));
        expect(isWithin(left, right) && isWithin(right, left)).to.equal(left === right);
      }),
    );
  });
});

describe("A part of a block", () => {
  it("is one of as many as are asked for", () => {
    expect([0, 1, 2, 3].map((index) => partOf("10.16.0.0/20", index, 4))).to.deep.equal([
      "10.16.0.0/22",
      "10.16.4.0/22",
      "10.16.8.0/22",
      "10.16.12.0/22",
    ]);
    expect(partOf("10.16.0.0/20", 0, 1)).to.equal("10.16.0.0/20");
    expect(partOf("0.0.0.0/0", 1, 2)).to.equal("128.0.0.0/1");
  });

  it("is none of what is no block", () => {
    expect(() => partOf("10.16.0.1/20", 0, 2)).to.throw("10.16.0.1/20 is not a block of IPv4 addresses");
  });

  it("lies within it and shares nothing with the others, and together they are all of it", () => {
    fc.assert(
      fc.property(blockOf(fc.integer({ min: 0, max: 28 })), fc.integer({ min: 0, max: 4 }), ({ cidr, first, last }, cuts) => {
        const parts = Array.from({ length: 2 ** cuts }, (_, index) => partOf(cidr, index, 2 ** cuts));
        for (const [i, part] of parts.entries()) {
          expect(isBlock(part), part).to.equal(true);
          expect(isWithin(part, cidr), part).to.equal(true);
          for (const other of parts.slice(0, i)) expect(overlap(part, other), `${part} ${other}`).to.equal(false);
        }
        const sizes = parts.map((part) => 2 ** (32 - prefixLength(part)));
        expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(last - first + 1);
      }),
    );
  });
});

describe("A block of IPv6 addresses", () => {
  it("has no host bits", () => {
    for (const cidr of [
      "2001:db8::/32",
      "::/0",
      "0:0:0:0:0:0:0:0/0",
      "2001:DB8::1/128",
      "::1/128",
      "2001:db8:0:0:8000::/65",
      "1:2:3:4:5:6:7::/112",
    ]) {
      expect(isIpv6Block(cidr), cidr).to.equal(true);
    }
    for (const cidr of ["2001:db8::1/32", "2001:db8:1::/32", "::1/0", "2001:db8:0:0:8000::/64", "1::/0"]) {
      expect(isIpv6Block(cidr), cidr).to.equal(false);
    }
  });

  it("is nothing else", () => {
    for (const text of [
      ...["", "/", "::", "2001:db8::", "2001:db8::/", "2001:db8::/129", "2001:db8::/-1", "2001:db8::/032", "::/00", "::/1.5"],
      ...["2001::db8::/32", "2001:db8/32", "12345::/16", "g::/16", ":::/0", "10.16.0.0/20", "::ffff:10.16.0.0/116", "::/0/0"],
      ...[
        "fe80::%eth0/64",
        "[2001:db8::]/32",
        " ::/0",
        "::/0\n",
        "2001:db8::\n/32",
        ":/0",
        "1:2:3:4:5:6:7:8:9/128",
        "1:2:3:4::5:6:7:8/128",
      ],
    ]) {
      expect(isIpv6Block(text), JSON.stringify(text)).to.equal(false);
    }
  });

  it("is one at every address and length whose host bits are zero, and at no other", () => {
    const full = (address: bigint): string => (address.toString(16).padStart(32, "0").match(/.{4}/g) ?? []).join(":");
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.integer({ min: 0, max: 128 }), (address, length) => {
        const host = address % (1n << BigInt(128 - length));
        expect(isIpv6Block(`${full(address - host)}/${length}`)).to.equal(true);
        expect(isIpv6Block(`${full(address)}/${length}`)).to.equal(host === 0n);
        // The URL of a host shortens what it can.
        const short = new URL(`http://[${full(address - host)}]`).hostname.slice(1, -1);
        expect(isIpv6Block(`${short}/${length}`), short).to.equal(true);
      }),
    );
  });
});
