import { expect } from "chai";
import { TestSite } from "../support/sites/test-site";

const FORGED = {
  "x-forwarded-for": "203.0.113.7",
  "x-forwarded-host": "evil.example.com",
  "x-forwarded-proto": "https",
  "x-real-ip": "203.0.113.7",
  forwarded: "for=203.0.113.7",
};

describe("A request", () => {
  it("reaches the app with its client's address, and without what the client says of it", async () => {
    const site = await TestSite.up();
    const { url, loadBalancers } = await site.deployment();
    for (const page of [url, loadBalancers.primary?.url, loadBalancers.secondary?.url]) {
      const seen = (await fetch(`${page ?? ""}/whoami`, { headers: FORGED }).then((answer) => answer.json())) as {
        forwardedFor: string;
      };
      expect(seen.forwardedFor, page).to.equal("127.0.0.1");
    }
    await site.remove();
  });
});
