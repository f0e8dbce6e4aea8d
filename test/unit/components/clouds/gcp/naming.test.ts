import { expect } from "chai";
import * as fc from "fast-check";
import { cut, labelsOf, resourceName } from "../../../../../components/clouds/gcp/naming";

const LABEL = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,120}[a-z0-9]$/);

describe("Names in Google Cloud", () => {
  it("stay as they are when they fit", () => {
    expect(cut("shop-iowa-server")).to.equal("shop-iowa-server");
    expect(cut("a".repeat(63))).to.equal("a".repeat(63));
    expect(resourceName("a".repeat(55))).to.equal("a".repeat(55));
    expect(resourceName("iowa-ssh-2001:DB8::/32")).to.equal("iowa-ssh-2001-db8---32");
  });

  it("are valid at any length, with what auto-naming adds, and differ when their texts do", () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(cut(one)).to.match(LABEL);
        expect(`${resourceName(one)}-0123abc`).to.match(LABEL);
        if (one !== other) expect(resourceName(one)).to.not.equal(resourceName(other));
      }),
    );
  });

  it("are labels as well", () => {
    expect(labelsOf({ name: "iowa", site: "shop", settings: { region: "us-central1" } }, "n".repeat(70))).to.deep.equal({
      "evenkeel-site": "shop",
      "evenkeel-data-center": "iowa",
      name: `${"n".repeat(54)}-${resourceName("n".repeat(70)).slice(-8)}`,
    });
  });
});
