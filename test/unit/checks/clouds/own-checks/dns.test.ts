import { expect } from "chai";
import type { DeclaredResource, Inputs } from "../../../../../checks/clouds/record";
import { against, RECORD, RECORD_SET, resource } from "./declared";

describe("Our own check of declared DNS", () => {
  it("DNS records: type, values and time to live fit each other", () => {
    const records = (inputs: Inputs, type = RECORD): string[] =>
      against("DNS records", resource(type, { type: "A", ttl: 30, name: "a.example.com.", ...inputs }));
    expect([...records({ records: ["192.0.2.1"] }), ...records({ type: "AAAA", records: ["2001:db8::1"] })]).to.deep.equal([]);
    expect(records({ type: "AAAAA" })).to.deep.equal(["is of type AAAAA, which DNS does not have"]);
    expect(records({ records: ["shop"] })).to.deep.equal(["has the value shop, which is none of type A"]);
    expect(records({ type: "AAAA", records: ["192.0.2.1"] })).to.have.length(1);
    expect(records({ ttl: "soon" })).to.deep.equal(["has a ttl of soon, which is no number of seconds"]);
    expect(records({ name: "a.example.com" }, RECORD_SET)).to.deep.equal(["is of a.example.com, which must end with a dot"]);
    const weighted = { wrrs: [{ weight: 1, healthCheckedTargets: { externalEndpoints: ["shop"] } }] };
    expect(records({ routingPolicy: weighted }, RECORD_SET)).to.deep.equal(["has the value shop, which is none of type A"]);
  });

  it("zones: they are of domains, and their records inside", () => {
    const zone = resource("gcp:dns/managedZone:ManagedZone", { name: "zone-0a1b2c3", dnsName: "example.com." }, "zone");
    const record = (name: string): DeclaredResource => resource(RECORD_SET, { managedZone: "zone-0a1b2c3", name });
    expect(against("zones", zone, record("example.com."), record("a.b.example.com."))).to.deep.equal([]);
    expect(against("zones", zone, record("badexample.com."))).to.deep.equal([
      "is of badexample.com., which is not in its zone, example.com.",
    ]);
    expect(against("zones", record("of-a-zone.looked-up."))).to.deep.equal([]);
    expect(against("zones", resource("aws:route53/zone:Zone", { name: "a..b" }))).to.deep.equal([
      "is of a..b, which is no domain",
    ]);
  });

  describe("failover", () => {
    const record = (setIdentifier: string, policy: Inputs): DeclaredResource =>
      resource(RECORD, { zoneId: "z", name: "a.example.com", type: "A", setIdentifier, ...policy }, setIdentifier);
    const role = (type: string, name = type): DeclaredResource => record(name, { failoverRoutingPolicies: [{ type }] });
    const multivalue = { multivalueAnswerRoutingPolicy: true };

    it("takes one of each role, many of one policy, and one of none", () => {
      expect(against("failover", role("PRIMARY"), role("SECONDARY"))).to.deep.equal([]);
      expect(against("failover", record("a", multivalue), record("b", multivalue))).to.deep.equal([]);
      expect(against("failover", resource(RECORD, { zoneId: "z", name: "b.example.com", type: "A" }))).to.deep.equal([]);
    });

    it("refuses two that are PRIMARY, and one alone", () => {
      expect(against("failover", role("PRIMARY", "a"), role("PRIMARY", "b"))).to.deep.equal([
        "fails over among 2 records that are PRIMARY, but must have one",
        "fails over among 0 records that are SECONDARY, but must have one",
      ]);
      expect(against("failover", role("PRIMARY"))).to.deep.equal([
        "fails over among 0 records that are SECONDARY, but must have one",
      ]);
    });

    it("refuses policies beside each other, or records that nothing tells apart", () => {
      const mixed = "answers a.example.com beside records of another policy";
      expect(against("failover", record("a", multivalue), record("b", {}))).to.deep.equal([mixed]);
      expect(against("failover", role("PRIMARY"), role("SECONDARY"), record("a", multivalue))).to.deep.equal([mixed]);
      const alike = "answers a.example.com beside others, and not each has a setIdentifier of its own";
      expect(against("failover", record("a", multivalue), record("a", multivalue))).to.deep.equal([alike]);
    });

    it("refuses as much of Google's", () => {
      const policy = (routingPolicy: Inputs): string[] => against("failover", resource(RECORD_SET, { routingPolicy }));
      const backupGeos = [{ location: "us-east1" }];
      expect(policy({ primaryBackup: { primary: { externalEndpoints: ["192.0.2.1"] }, backupGeos } })).to.deep.equal([]);
      expect(policy({ wrrs: [{ weight: 1 }] })).to.deep.equal([]);
      expect(policy({ primaryBackup: { primary: {} }, wrrs: [] })).to.deep.equal([
        "has 2 policies (wrrs, primaryBackup), but must have one",
        "fails over from 0 primaries, but must have one",
        "fails over, but has no backup",
      ]);
    });
  });

  it("health checks: they are as their cloud can", () => {
    const aws = (inputs: Inputs): string[] => against("health checks", resource("aws:route53/healthCheck:HealthCheck", inputs));
    expect(aws({ requestInterval: 10, failureThreshold: 1, resourcePath: "/health" })).to.deep.equal([]);
    expect(aws({ requestInterval: 15, failureThreshold: 11, resourcePath: "health" })).to.deep.equal([
      "checks every 15 s, but must every 10 or 30",
      "has the failureThreshold 11, but it must be 1 to 10",
      "asks for health, which must begin with a slash",
    ]);
    const google = (inputs: Inputs): string[] =>
      against("health checks", resource("gcp:compute/healthCheck:HealthCheck", inputs));
    const sourceRegions = ["us-east1", "us-west1", "us-south1"];
    expect(google({ sourceRegions, checkIntervalSec: 30 })).to.deep.equal([]);
    expect(google({ sourceRegions: ["us-east1", "us-east1", "us-west1"], timeoutSec: 6, unhealthyThreshold: 0 })).to.deep.equal([
      "checks from 2 regions, but must from 3",
      "checks every 5 s, but can't more often than every 30",
      "waits 6 s, longer than until its next check",
      "has the unhealthyThreshold 0, but it must be 1 to 10",
    ]);
  });
});
