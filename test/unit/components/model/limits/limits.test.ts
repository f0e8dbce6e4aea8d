import { expect } from "chai";
import { isUnlimited, limits } from "../../../../../components/model/limits/limits";
import { bytesOf } from "../../../../../components/model/limits/size";
import { sections } from "../../../../../components/model/stack";
import { problemsWith } from "../../../../support/sites/sound-stack";

const BLOCK = "a block of addresses without host bits, such as 198.51.100.0/24 or 2001:db8::/32";

describe("Limits of clients", () => {
  it("are none unless a stack says otherwise, but for slow clients", () => {
    const none = sections.limits.parse(undefined);
    expect(none).to.deep.equal({
      allow: [],
      deny: [],
      exempt: [],
      trustedProxies: [],
      requestTimeout: "10s",
      clientTimeout: "30s",
    });
    expect(isUnlimited(none)).to.equal(true);
    expect(isUnlimited(limits.parse({ clientTimeout: "31s" }))).to.equal(false);
    expect(isUnlimited(limits.parse({ rate: { requests: 1, per: "1s" } }))).to.equal(false);
  });

  it("out of range are told with their place, all at once", () => {
    const problems = problemsWith({
      limits: {
        rate: { requests: 0, per: "500ms" },
        connections: 100_001,
        allow: ["10.0.0.1/8"],
        headerSize: "16KiB",
        bodySize: "10MB",
        requestTimeout: "6m",
        clientTimeout: 30,
      },
    });
    expect(problems).to.deep.equal([
      "limits.rate.requests: is 0, but must be a whole number from 1 to 1000000",
      "limits.rate.per: is 500ms, but must be a duration from 1s to 1h",
      "limits.connections: is 100001, but must be a whole number from 1 to 100000",
      `limits.allow[0]: is 10.0.0.1/8, but must be ${BLOCK}`,
      "limits.headerSize: is 16KiB, but must be a size from 1KiB to 12KiB, written like 512B, 8KiB or 10MiB",
      "limits.bodySize: is 10MB, but must be a size from 1B to 100GiB, written like 512B, 8KiB or 10MiB",
      "limits.requestTimeout: is 6m, but must be a duration from 1s to 5m",
      "limits.clientTimeout: is 30, but must be a duration from 1s to 1h, written like 500ms, 2.5s or 30m",
    ]);
    expect(problemsWith({ limits: { rate: { requests: 5 }, rates: 1 } })).to.deep.equal([
      "limits.rate.per: is missing; it must be a duration from 1s to 1h, written like 500ms, 2.5s or 30m",
      "limits.rates: is not a key here: rate, connections, allow, deny, exempt, trustedProxies, headerSize, bodySize, requestTimeout, clientTimeout; did you mean rate?",
    ]);
  });

  it("don't both let somebody in and refuse them", () => {
    expect(
      problemsWith({
        limits: {
          allow: ["10.1.0.0/16", "10.0.0.0/7", "2001:db8:1::/48"],
          deny: ["10.0.0.0/8", "2001:db8::/32"],
          exempt: ["10.1.2.3/32"],
        },
      }),
    ).to.deep.equal([
      "limits.allow[0]: is 10.1.0.0/16, which limits.deny refuses by 10.0.0.0/8; it can't be both",
      "limits.allow[2]: is 2001:db8:1::/48, which limits.deny refuses by 2001:db8::/32; it can't be both",
      "limits.exempt[0]: is 10.1.2.3/32, which limits.deny refuses by 10.0.0.0/8; it can't be both",
    ]);
    expect(
      problemsWith({ limits: { allow: ["2001:db8::/32", "10.0.0.0/8"], deny: ["2001:db8:1::/48", "::/64"] } }),
    ).to.deep.equal([]);
  });

  it("refuse not everybody, and believe not everybody", () => {
    expect(problemsWith({ limits: { deny: ["10.0.0.0/8", "0.0.0.0/0"], trustedProxies: ["10.0.0.0/8", "::/0"] } })).to.deep.equal(
      [
        "limits.deny[1]: is 0.0.0.0/0, which is everybody; to serve only a few, name them in limits.allow",
        "limits.trustedProxies[1]: is ::/0: anybody could then say to be anybody else",
      ],
    );
  });
});

describe("A size", () => {
  it("is a whole number and its unit", () => {
    expect(["512B", "8KiB", "10MiB", "2GiB"].map(bytesOf)).to.deep.equal([512, 8_192, 10_485_760, 2_147_483_648]);
    for (const text of ["8", "8KB", "8 KiB", "-1B", "1.5MiB", ""]) expect(() => bytesOf(text), text).to.throw(RangeError);
  });
});
