import { expect } from "chai";
import { EnginelessSite } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";

const FORGED = {
  "x-forwarded-for": "203.0.113.7",
  "x-forwarded-host": "evil.example.com",
  "x-forwarded-proto": "https",
  "x-real-ip": "203.0.113.7",
  forwarded: "for=203.0.113.7",
};

const made = scratch();

describe("A request", () => {
  it("reaches the app with its client's address, through the entry proxy and by each balancer itself, whatever the client says of it", async () => {
    const site = await EnginelessSite.up(made);
    for (const page of [site.url, site.urlOf("primary"), site.urlOf("secondary")]) {
      const seen = (await fetch(`${page}/whoami`, { headers: FORGED }).then((answer) => answer.json())) as {
        forwardedFor: string;
      };
      expect(seen.forwardedFor, page).to.equal("127.0.0.1");
    }
  });
});
