import { expect } from "chai";
import { dnsProvider } from "../../../../../components/model/network/failover-problems";
import { problemsWith } from "../../../../support/sites/sound-stack";
import { IN_CLOUDS, problemsInClouds, stackInClouds } from "../clouds/cloud-stack";

const TO_DNS = "it must be { kind: dns, zone: example.com }";

describe("A failover by a front", () => {
  it("can't lead to balancers in clouds, which is told once", () => {
    for (const failover of [undefined, {}, { kind: "front" }, { port: 8080 }]) {
      expect(problemsInClouds({ failover })).to.deep.equal([
        `failover.kind: is front, which can't lead to the primary balancer in virginia (aws); ${TO_DNS}`,
      ]);
    }
    const rack = { provider: "existing", addresses: { web: ["192.0.2.10:80"] } };
    expect(
      problemsInClouds({
        dataCenters: { ...IN_CLOUDS.dataCenters, rack },
        loadBalancers: { primary: { in: "rack" }, secondary: { in: "iowa" } },
        failover: {},
      }),
    ).to.deep.equal([
      `failover.kind: is front, which can't lead to the secondary balancer in iowa (gcp); ${TO_DNS}`,
      "loadBalancers.primary.in: is rack, which only lists servers that exist; a balancer needs another",
    ]);
  });

  it("has nothing of what is said of DNS", () => {
    const dns = { provider: "aws", zone: "example.com", createZone: false, policy: "both", ttl: "30s" };
    const rule = "is for kind dns; this one is front";
    expect(problemsWith({ failover: { kind: "front", ...dns } })).to.deep.equal(
      ["provider", "zone", "createZone", "policy", "ttl"].map((key) => `failover.${key}: ${rule}`),
    );
    expect(problemsWith({ failover: { zone: "example.com" } })).to.deep.equal([`failover.zone: ${rule}`]);
  });

  it("may lead to a site that has a domain", () => {
    expect(problemsWith({ site: { name: "shop", domain: "shop.example.com" } })).to.deep.equal([]);
  });
});

describe("A failover by DNS", () => {
  it("has nothing held against it where a balancer can't stand at all", () => {
    const rack = { provider: "existing", addresses: { web: ["192.0.2.10:80"] } };
    const loadBalancers = { primary: { in: "rack" }, secondary: { in: "iowa" } };
    expect(problemsInClouds({ dataCenters: { ...IN_CLOUDS.dataCenters, rack }, loadBalancers })).to.deep.equal([
      "loadBalancers.primary.in: is rack, which only lists servers that exist; a balancer needs another",
    ]);
  });

  it("can't lead to balancers on this machine", () => {
    expect(problemsWith({ site: IN_CLOUDS.site, failover: IN_CLOUDS.failover })).to.deep.equal([
      "failover.kind: is dns, which can't lead to the primary balancer in a (local); it must be { kind: front }",
    ]);
  });

  it("needs a zone, and a domain", () => {
    const zone = "failover.zone: is missing; it must be the zone of the site's domain, such as example.com";
    const domain = "site.domain: is missing; with failover by DNS it must be the name that clients know the site by";
    expect(problemsInClouds({ failover: { kind: "dns" } })).to.deep.equal([zone]);
    expect(problemsInClouds({ site: { name: "shop" } })).to.deep.equal([domain]);
    expect(problemsInClouds({ site: { name: "shop" }, failover: { kind: "dns" } })).to.deep.equal([zone, domain]);
  });

  it("needs the domain in its zone, or as its zone", () => {
    const problems = (domain: string) => problemsInClouds({ site: { name: "shop", domain } });
    for (const domain of ["example.com", "shop.example.com", "a.b.example.com"])
      expect(problems(domain), domain).to.deep.equal([]);
    for (const domain of ["shop.example.org", "badexample.com", "com.example", "example.com.shop.test"]) {
      expect(problems(domain)).to.deep.equal([`site.domain: is ${domain}, which is not in the zone example.com`]);
    }
  });

  it("has no port", () => {
    expect(problemsInClouds({ failover: { ...IN_CLOUDS.failover, port: 8080 } })).to.deep.equal([
      "failover.port: is for kind front; this one is dns",
    ]);
  });

  it("has nothing held against it that follows from another problem", () => {
    expect(problemsInClouds({ failover: { kind: "dms", zone: "example.com" } })).to.deep.equal([
      "failover.kind: is dms, but must be one of: front, dns",
    ]);
    expect(problemsInClouds({ failover: { kind: "dns", zone: 5 } })).to.deep.equal([
      "failover.zone: is 5, but must be a domain such as example.com",
    ]);
    expect(problemsInClouds({ site: { name: "shop", domain: "shop" } })).to.deep.equal([
      "site.domain: is shop, but must be a domain such as shop.example.com",
    ]);
    expect(problemsInClouds({ site: null })).to.deep.equal(["site: is missing; it must be a map such as { name: shop }"]);
    expect(problemsInClouds({ failover: "dns" })).to.deep.equal([
      "failover: is dns, but must be a map such as { kind: front, port: 8080 } or { kind: dns, zone: example.com }",
    ]);
    expect(problemsInClouds({ loadBalancers: { primary: { in: "virginia" }, secondary: { in: "paris" } } })).to.deep.equal([
      "loadBalancers.secondary.in: is paris, which is not one of the data centers: virginia, iowa, amsterdam",
    ]);
  });

  it("is run where the stack says, else by AWS, unless only Google's cloud is in the stack", () => {
    const of = (failover: object, ...places: ("virginia" | "iowa" | "amsterdam")[]) => {
      const { dataCenters } = stackInClouds();
      const some = Object.fromEntries(places.flatMap((place) => [[place, dataCenters[place] ?? { provider: "local" as const }]]));
      return dnsProvider({ failover: { kind: "dns", zone: "example.com", ...failover }, dataCenters: some });
    };
    expect(of({ provider: "gcp" }, "virginia", "iowa")).to.equal("gcp");
    expect(of({ provider: "aws" }, "iowa")).to.equal("aws");
    expect(of({}, "iowa", "virginia")).to.equal("aws");
    expect(of({}, "iowa", "amsterdam")).to.equal("gcp");
    expect(of({}, "amsterdam")).to.equal("aws");
  });
});
