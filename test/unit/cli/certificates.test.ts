import { expect } from "chai";
import { clientValidityInWords, validityInWords } from "../../../cli/certificates";

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

describe("Certificates that clients are shown, as status tells of them", () => {
  const validities = {
    shop: { expires: "2027-02-23T04:00:00.000Z", renewsFrom: "2027-01-24T04:00:00.000Z" },
    api: { expires: "2027-11-25T08:00:00.000Z", renewsFrom: "2027-10-26T08:00:00.000Z" },
  };

  it("are no matter where there are none, or none is due", () => {
    expect(clientValidityInWords(undefined, new Date())).to.equal("");
    expect(clientValidityInWords(validities, new Date("2027-01-24T03:59:59.999Z"))).to.equal("");
  });

  it("are told one by one, those that are due and those that have ended", () => {
    const advice = "put its successor into evenkeel:tls, then `npm run up`\n";
    expect(clientValidityInWords(validities, new Date("2027-01-24T04:00:00.000Z"))).to.equal(
      `  the certificate shop is good until 2027-02-23: ${advice}`,
    );
    expect(clientValidityInWords(validities, new Date("2027-11-01T04:00:00.000Z"))).to.equal(
      `  the certificate shop ended on 2027-02-23: ${advice}  the certificate api is good until 2027-11-25: ${advice}`,
    );
  });
});
