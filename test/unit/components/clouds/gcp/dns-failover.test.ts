import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CloudDnsFailover, type CloudDnsFailoverArgs } from "../../../../../components/clouds/gcp";
import { publicZone } from "../../../../../components/clouds/gcp/dns-failover";
import type { BalancerNode } from "../../../../../components/data-center";
import type { PublishArgs } from "../../../../../components/failover";
import { type Answers, declared } from "../../../../support/declared";
import { byLabel } from "./iowa";

const ZONES = [
  { name: "other", dnsName: "example.org.", visibility: "public" },
  { name: "inside", dnsName: "example.com.", visibility: "private" },
  { name: "shop-zone", dnsName: "example.com.", visibility: "public" },
];
const zones = (managedZones: unknown[]): Answers => ({
  invokes: { "gcp:dns/getManagedZones:getManagedZones": () => ({ id: "zones", managedZones }) },
});

/** A balancer, as far as DNS sees it. */
function node(address: string, ipv6?: string): BalancerNode {
  const some = { machine: pulumi.output(""), node: pulumi.output({} as never), sendsFrom: pulumi.output("") };
  return { ...some, address: pulumi.output(address), ...(ipv6 === undefined ? {} : { ipv6: pulumi.output(ipv6) }) };
}

const NODES = { primary: node("203.0.113.1"), secondary: node("203.0.113.2") };

async function published(
  args: Partial<CloudDnsFailoverArgs> = {},
  shop: Partial<PublishArgs> = {},
  answers: Answers = zones(ZONES),
) {
  const { resources, result } = await declared(
    () => {
      const failover = new CloudDnsFailover({ zone: "example.com", ...args });
      return failover.publish("shop-front", { nodes: NODES, domain: "shop.example.com", ...shop }, {}).url;
    },
    { ...answers, outputs: ({ type }) => (type.endsWith(":ManagedZone") ? { name: "made-zone" } : {}) },
  );
  return { inputs: byLabel(resources), url: result };
}

function record(routingPolicy: object, type = "A"): object {
  return {
    managedZone: "shop-zone",
    name: "shop.example.com.",
    type,
    ttl: 30,
    routingPolicy: { healthCheck: "shop-front-id", ...routingPolicy },
  };
}

const all = (...externalEndpoints: string[]) => ({ wrrs: [{ weight: 1, healthCheckedTargets: { externalEndpoints } }] });

describe("Failover by Cloud DNS", () => {
  it("gives out the addresses of both balancers, each as long as its health check passes", async () => {
    const { inputs, url } = await published();
    expect(url).to.equal("http://shop.example.com");
    expect(inputs).to.deep.equal({
      "HealthCheck shop-front": {
        checkIntervalSec: 30,
        timeoutSec: 5,
        unhealthyThreshold: 2,
        healthyThreshold: 2,
        httpHealthCheck: { port: 8404, portSpecification: "USE_FIXED_PORT", requestPath: "/balancer-health" },
        sourceRegions: ["us-central1", "europe-west1", "asia-northeast1"],
      },
      "RecordSet shop-front": record(all("203.0.113.1", "203.0.113.2")),
    });
  });

  it("gives out the secondary's only while the primary is down, when it is the passive one", async () => {
    const { inputs } = await published({ policy: "active-passive" });
    expect(inputs["RecordSet shop-front"]).to.deep.equal(
      record({
        primaryBackup: {
          primary: { externalEndpoints: ["203.0.113.1"] },
          backupGeos: [{ location: "us-central1", healthCheckedTargets: { externalEndpoints: ["203.0.113.2"] } }],
        },
      }),
    );
  });

  it("leaves out the balancer that is declared out, and keeps the health check, so that the record is changed in place", async () => {
    for (const policy of ["both", "active-passive"] as const) {
      const { inputs } = await published({ policy }, { out: "primary" });
      expect(inputs["RecordSet shop-front"], policy).to.deep.equal(record(all("203.0.113.2")));
      const { inputs: other } = await published({ policy }, { out: "secondary" });
      expect(other["RecordSet shop-front"], policy).to.deep.equal(record(all("203.0.113.1")));
    }
  });

  it("has a record for IPv6 where both balancers have it, and none where one has not", async () => {
    const both = { primary: node("203.0.113.1", "2001:db8::1"), secondary: node("203.0.113.2", "2001:db8::2") };
    const { inputs } = await published({}, { nodes: both });
    expect(inputs["RecordSet shop-front-ipv6"]).to.deep.equal(record(all("2001:db8::1", "2001:db8::2"), "AAAA"));
    const { inputs: one } = await published({}, { nodes: { ...both, secondary: node("203.0.113.2") } });
    expect(one).to.not.have.property("RecordSet shop-front-ipv6");
  });

  it("makes the zone when it is told to, and asks for none then", async () => {
    const { inputs } = await published({ createZone: true, ttl: "2m" }, { domain: "example.com" }, {});
    expect(inputs["ManagedZone shop-front"]).to.deep.equal({
      dnsName: "example.com.",
      description: "example.com",
      labels: { name: "shop-front" },
    });
    expect(inputs["RecordSet shop-front"]).to.include({ managedZone: "made-zone", name: "example.com.", ttl: 120 });
  });

  it("says what a stack would say of it, and checks from anywhere", () => {
    const failover = new CloudDnsFailover({ zone: "example.com", policy: "active-passive" });
    expect(failover.settings).to.deep.equal({ kind: "dns", provider: "gcp", zone: "example.com", policy: "active-passive" });
    expect("checkedFrom" in failover).to.equal(false);
  });

  it("refuses a site without a domain, and one whose domain is not in the zone", () => {
    const refusal = (domain?: string) => {
      const failover = new CloudDnsFailover({ zone: "example.com" });
      const args = { nodes: NODES, ...(domain === undefined ? {} : { domain }) };
      return expect(() => failover.publish("shop-front", args, {}));
    };
    refusal().to.throw("shop-front: domain is missing; it must be a name in the zone example.com");
    refusal("shop.example.org").to.throw("shop-front: domain is shop.example.org, but must be a name in the zone example.com");
    refusal("badexample.com").to.throw("shop-front: domain is badexample.com, but must be a name in the zone example.com");
  });

  it("tells when the zone is not there, or there twice", () => {
    const refusal = (seen: string) =>
      [
        "What Cloud DNS was asked has 1 problem:",
        `  failover.zone  is example.com, of which the project has ${seen}; there must be one, or createZone: true to make it`,
      ].join("\n");
    expect(() => publicZone("example.com", ZONES.slice(0, 2))).to.throw(refusal("no public zone"));
    expect(() => publicZone("example.com", [...ZONES, ...ZONES])).to.throw(refusal("2 public zones"));
  });
});
