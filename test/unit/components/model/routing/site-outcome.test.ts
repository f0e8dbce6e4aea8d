import { expect } from "chai";
import type { RoutedRequest } from "../../../../../components/model/routing/route-match";
import { siteOutcome } from "../../../../../components/model/routing/site-outcome";
import type { HttpsPlan } from "../../../../../components/model/tls/tls";

describe("What becomes of a request at a balancer", () => {
  const outcome = (https: Partial<HttpsPlan> | undefined, request: Partial<RoutedRequest>, port: number | undefined = 443) =>
    siteOutcome(
      { routes: [{ pool: "web" }], ...(https === undefined ? {} : { https: { certificates: {}, redirect: true, ...https } }) },
      port,
      { host: "Shop.example.com:8080", path: "/cart", cookies: {}, ...request },
    );
  const web = { kind: "pool", pools: ["web"], path: "/cart" };

  it("is the way to HTTPS over HTTP, and its route's over HTTPS", () => {
    const sent = (location: string) => ({ kind: "redirect", status: 308, location });
    expect(outcome({}, { query: "a=1" })).to.deep.equal(sent("https://shop.example.com/cart?a=1"));
    expect(outcome({}, {}, 8443)).to.deep.equal(sent("https://shop.example.com:8443/cart"));
    expect(outcome({}, { scheme: "https" })).to.deep.equal(web);
  });

  it("is its route's over HTTP where nothing leads to HTTPS", () => {
    for (const each of [outcome(undefined, {}), outcome({ redirect: false }, {})]) expect(each).to.deep.equal(web);
    const plain = { routes: [{ pool: "web" }], https: { certificates: {}, redirect: true } };
    expect(siteOutcome(plain, undefined, { host: "a.test", path: "/cart", cookies: {} })).to.deep.equal(web);
  });

  it("is an answer where an authority asks, by whoever has the thumbprint", () => {
    const asked = { path: "/.well-known/acme-challenge/a_Token-1" };
    expect(outcome({}, asked)).to.deep.equal({ ...web, ...asked });
    expect(outcome({ thumbprint: "print" }, asked)).to.deep.equal({ kind: "response", status: 200, body: "a_Token-1.print" });
    const below = { path: "/.well-known/acme-challenge/a/b" };
    expect(outcome({ thumbprint: "print" }, below)).to.deep.equal({ ...web, ...below });
  });
});
