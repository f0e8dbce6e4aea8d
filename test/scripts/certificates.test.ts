import { expect } from "chai";
import { validityInWords } from "../../scripts/certificates";

describe("Certificates, as status tells of them", () => {
  const validity = { expires: "2027-11-25T08:00:00.000Z", renewsFrom: "2027-07-26T08:00:00.000Z" };
  const told = (now: string): string => validityInWords(validity, new Date(now));

  it("are no matter where there are none, or none is due", () => {
    expect(validityInWords(undefined, new Date())).to.equal("");
    expect(told("2027-07-26T07:59:59.999Z")).to.equal("");
  });

  it("are due from two thirds of their life on", () => {
    const due = "  certificates between balancers and servers are good until 2027-11-25: the next `npm run up` renews them\n";
    expect(told("2027-07-26T08:00:00.000Z")).to.equal(due);
    expect(told("2027-11-25T07:59:59.999Z")).to.equal(due);
  });

  it("may have ended", () => {
    expect(told("2027-11-25T08:00:00.000Z")).to.equal(
      "  certificates between balancers and servers ended on 2027-11-25: `npm run up` renews them\n",
    );
  });
});
