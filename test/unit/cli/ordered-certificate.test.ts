import { expect } from "chai";
import type { OrderedCertificate } from "../../../components/ordered-certificate";
import { canBeOrdered, needsSomebody, orderedInWords } from "../../../cli/ordered-certificate";

const GOOD: OrderedCertificate = {
  domains: ["shop.example.com", "www.shop.example.com"],
  thumbprint: "t0n9",
  state: "issued",
  isStandIn: false,
  renewsFrom: "2027-01-30T00:00:00.000Z",
  expires: "2027-03-01T00:00:00.000Z",
};
const on = (day: string): Date => new Date(`${day}T12:00:00Z`);

describe("A certificate that is ordered", () => {
  it("is told of when it is due or has ended, not before", () => {
    expect(orderedInWords(undefined, on("2027-01-01"))).to.equal("");
    expect(orderedInWords(GOOD, on("2027-01-29"))).to.equal("");
    expect(orderedInWords(GOOD, on("2027-01-31"))).to.equal(
      "  the certificate of shop.example.com, www.shop.example.com is due, the one that is there is good until 2027-03-01: the next `npm run up` orders another one\n",
    );
    expect(orderedInWords(GOOD, on("2027-03-02"))).to.include("the one that is there ended on 2027-03-01");
  });

  it("is told of with the reason when it was not issued, and what there is meanwhile", () => {
    expect(orderedInWords({ ...GOOD, state: "shop.example.com: no such name" }, on("2027-01-31"))).to.equal(
      "  the certificate of shop.example.com, www.shop.example.com was not issued: shop.example.com: no such name\n" +
        "  the one that is there is good until 2027-03-01; the next `npm run up` tries again\n",
    );
    expect(orderedInWords({ ...GOOD, state: "x", isStandIn: true }, on("2027-01-31"))).to.include(
      "there is none that anybody trusts; the next `npm run up` tries again",
    );
    expect(orderedInWords({ ...GOOD, state: "not ordered yet", isStandIn: true }, on("2027-01-31"))).to.equal(
      "  the certificate of shop.example.com, www.shop.example.com is not ordered yet: the next `npm run up` orders it\n",
    );
  });

  it("is ordered by the same `npm run up` that made it, once", () => {
    expect(canBeOrdered(undefined)).to.equal(false);
    expect(canBeOrdered({ ...GOOD, state: "not ordered yet", isStandIn: true })).to.equal(true);
    for (const state of ["issued", "shop.example.com: no such name"]) expect(canBeOrdered({ ...GOOD, state })).to.equal(false);
  });

  it("fails `npm run up` when nobody trusts it, or half of the time to renew it has passed; not for one try", () => {
    const failed = { ...GOOD, state: "connection refused" };
    expect(needsSomebody(GOOD, on("2027-02-20"))).to.equal(false);
    expect(needsSomebody(GOOD, on("2027-03-02"))).to.equal(true);
    expect(needsSomebody(failed, on("2027-01-31"))).to.equal(false);
    expect(needsSomebody(failed, on("2027-02-20"))).to.equal(true);
    expect(needsSomebody({ ...failed, isStandIn: true }, on("2027-01-31"))).to.equal(true);
  });
});
