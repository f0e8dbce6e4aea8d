import { expect } from "chai";
import * as fc from "fast-check";
import { byName, fingerprint, NAME, serverName } from "../../../../components/model/name";

describe("A name", () => {
  it("is of lower-case letters, digits and hyphens, starting with a letter and ending without a hyphen", () => {
    for (const name of ["a", "web", "new-york-2", "x".repeat(30)]) expect(name).to.match(NAME);
    for (const name of ["", "A", "1a", "-a", "a-", "a_b", "a.b", "a b", "é", "a\n", "x".repeat(31)])
      expect(name).not.to.match(NAME);
  });

  it("of a server says pool, data center and number", () => {
    expect(serverName("web", "virginia", 3)).to.equal("web-virginia-3");
  });
});

describe("The order of names", () => {
  it("takes numbers as numbers", () => {
    expect(["web-a-10", "web-a-2", "api-b-1", "web-a-1"].sort(byName)).to.deep.equal([
      "api-b-1",
      "web-a-1",
      "web-a-2",
      "web-a-10",
    ]);
  });

  it("is the same whatever the order before, also for numbers that are written in two ways", () => {
    expect(["web-1", "web-01"].sort(byName)).to.deep.equal(["web-01", "web-1"]);
    const names = fc.uniqueArray(fc.stringMatching(/^[a-b][a-b0-1-]{0,5}$/), { maxLength: 12 });
    fc.assert(
      fc.property(names, (some) => {
        expect([...some].reverse().sort(byName)).to.deep.equal([...some].sort(byName));
      }),
    );
  });

  it("takes only equal names as equal", () => {
    const name = fc.stringMatching(/^[a-b][a-b0-1-]{0,5}$/);
    fc.assert(
      fc.property(name, name, (left, right) => {
        expect(byName(left, right) === 0).to.equal(left === right);
        expect(Math.sign(byName(left, right)) + Math.sign(byName(right, left))).to.equal(0);
      }),
    );
  });
});

describe("A fingerprint", () => {
  it("stays the same from version to version, since it stands in what runs", () => {
    expect(fingerprint("evenkeel")).to.equal("a5a0693e");
  });

  it("tells texts apart", () => {
    expect(fingerprint("a")).not.to.equal(fingerprint("b"));
    expect(fingerprint("")).to.match(/^[0-9a-f]{8}$/);
  });
});
