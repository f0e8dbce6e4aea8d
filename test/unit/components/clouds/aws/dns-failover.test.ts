import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Route53Failover, type Route53FailoverArgs } from "../../../../../components/clouds/aws";
import type { BalancerNode } from "../../../../../components/data-center";
import type { PublishArgs } from "../../../../../components/failover";
import type { BalancerRole } from "../../../../../components/model/stack";
import { type Answers, declared } from "../../../../support/declared";
import { byLabel } from "./virginia";

const ADDRESS = { primary: "203.0.113.1", secondary: "203.0.113.2" };
const IPV6 = { primary: "2001:db8::1", secondary: "2001:db8::2" };

/** A balancer, as far as DNS sees it. */
function node(address: string, ipv6?: string): BalancerNode {
  const some = { machine: pulumi.output(""), node: pulumi.output({} as never), sendsFrom: pulumi.output("") };
  return { ...some, address: pulumi.output(address), ...(ipv6 === undefined ? {} : { ipv6: pulumi.output(ipv6) }) };
}

const IPV4_ONLY = { primary: node(ADDRESS.primary), secondary: node(ADDRESS.secondary) };
const BOTH_KINDS = { primary: node(ADDRESS.primary, IPV6.primary), secondary: node(ADDRESS.secondary, IPV6.secondary) };

async function published(args: Partial<Route53FailoverArgs> = {}, shop: Partial<PublishArgs> = {}) {
  const asked: Record<string, unknown>[] = [];
  const answers: Answers = {
    invokes: {
      "aws:route53/getZone:getZone": (zone) => {
        asked.push(zone);
        return { zoneId: "Z-there" };
      },
    },
  };
  const { resources, result } = await declared(() => {
    const failover = new Route53Failover({ zone: "example.com", ...args });
    return failover.publish("shop-front", { nodes: IPV4_ONLY, domain: "shop.example.com", ...shop }, {}).url;
  }, answers);
  return { inputs: byLabel(resources), url: result, asked };
}

function check(role: BalancerRole): object {
  return {
    type: "HTTP",
    ipAddress: ADDRESS[role],
    port: 8404,
    resourcePath: "/balancer-health",
    requestInterval: 10,
    failureThreshold: 2,
    tags: { Name: `shop-front-${role}`, "evenkeel-domain": "shop.example.com" },
  };
}

const CHECKS = { "HealthCheck shop-front-primary": check("primary"), "HealthCheck shop-front-secondary": check("secondary") };

/** A record of one place, which gives out a balancer's address. */
function record(place: BalancerRole, of: BalancerRole, policy: object, type: "A" | "AAAA" = "A"): object {
  return {
    zoneId: "Z-there",
    name: "shop.example.com",
    type,
    ttl: 30,
    records: [(type === "A" ? ADDRESS : IPV6)[of]],
    setIdentifier: place,
    healthCheckId: `shop-front-${of}-id`,
    ...policy,
  };
}

const MULTIVALUE = { multivalueAnswerRoutingPolicy: true };
const PRIMARY = { failoverRoutingPolicies: [{ type: "PRIMARY" }] };
const SECONDARY = { failoverRoutingPolicies: [{ type: "SECONDARY" }] };

describe("Failover by Route 53", () => {
  it("gives out the addresses of both balancers, each as long as its health check passes", async () => {
    const { inputs, url, asked } = await published();
    expect(inputs).to.deep.equal({
      ...CHECKS,
      "Record shop-front-primary": record("primary", "primary", MULTIVALUE),
      "Record shop-front-secondary": record("secondary", "secondary", MULTIVALUE),
    });
    expect(url).to.equal("http://shop.example.com");
    expect(asked).to.deep.equal([{ name: "example.com", privateZone: false }]);
  });

  it("gives out their IPv6 addresses as well, by the same checks", async () => {
    const { inputs } = await published({}, { nodes: BOTH_KINDS });
    expect(inputs).to.deep.equal({
      ...CHECKS,
      "Record shop-front-primary": record("primary", "primary", MULTIVALUE),
      "Record shop-front-primary-ipv6": record("primary", "primary", MULTIVALUE, "AAAA"),
      "Record shop-front-secondary": record("secondary", "secondary", MULTIVALUE),
      "Record shop-front-secondary-ipv6": record("secondary", "secondary", MULTIVALUE, "AAAA"),
    });
  });

  it("gives out no IPv6 address where there is none to fail over to", async () => {
    for (const nodes of [
      { ...IPV4_ONLY, primary: BOTH_KINDS.primary },
      { ...IPV4_ONLY, secondary: BOTH_KINDS.secondary },
    ]) {
      const { inputs } = await published({}, { nodes });
      expect(Object.keys(inputs).filter((label) => label.endsWith("-ipv6"))).to.deep.equal([]);
    }
  });

  for (const [out, remaining] of [
    ["primary", "secondary"],
    ["secondary", "primary"],
  ] as const) {
    it(`does not give out the ${out} while it is declared out, and goes on checking it`, async () => {
      const { inputs } = await published({}, { out });
      expect(inputs).to.deep.equal({ ...CHECKS, [`Record shop-front-${remaining}`]: record(remaining, remaining, MULTIVALUE) });
    });

    it(`has one place, and that of the primary, while the ${out} of an active and a passive one is declared out`, async () => {
      const { inputs } = await published({ policy: "active-passive" }, { out, nodes: BOTH_KINDS });
      expect(inputs).to.deep.equal({
        ...CHECKS,
        "Record shop-front-primary": record("primary", remaining, PRIMARY),
        "Record shop-front-primary-ipv6": record("primary", remaining, PRIMARY, "AAAA"),
      });
    });
  }

  it("gives out the secondary only while the primary is down, when it is the passive one", async () => {
    const { inputs } = await published({ policy: "active-passive" });
    expect(inputs).to.deep.equal({
      ...CHECKS,
      "Record shop-front-primary": record("primary", "primary", PRIMARY),
      "Record shop-front-secondary": record("secondary", "secondary", SECONDARY),
    });
  });

  it("makes the zone when it is told to, and asks for none then", async () => {
    const { inputs, asked } = await published({ createZone: true });
    expect(inputs["Zone shop-front"]).to.deep.equal({
      name: "example.com",
      comment: "Managed by Pulumi",
      tags: { Name: "shop-front", "evenkeel-domain": "shop.example.com" },
    });
    expect(inputs["Record shop-front-primary"]).to.include({ zoneId: "shop-front-id" });
    expect(asked).to.deep.equal([]);
  });

  for (const [ttl, seconds] of [
    ["5m", 300],
    ["1h", 3600],
    ["1500ms", 2],
  ] as const) {
    it(`says ${ttl} in whole seconds`, async () => {
      const { inputs } = await published({ ttl });
      expect(inputs["Record shop-front-primary"]).to.include({ ttl: seconds });
    });
  }

  it("knows where the checks come from", async () => {
    const { result } = await declared(() => new Route53Failover({ zone: "example.com" }).checkedFrom({}), {
      invokes: {
        "aws:index/getIpRanges:getIpRanges": ({ services }) => ({
          cidrBlocks: [`blocks of ${String(services)}`],
          ipv6CidrBlocks: ["2001:db8::/32"],
        }),
      },
    });
    expect(result).to.deep.equal(["blocks of route53_healthchecks"]);
  });

  it("is held by what a stack would say of it", () => {
    const args = { zone: "example.com", policy: "active-passive", ttl: "5m" } as const;
    expect(new Route53Failover(args).settings).to.deep.equal({ kind: "dns", provider: "aws", ...args });
  });

  it("asks for the name that clients know", async () => {
    const { result } = await declared(() => {
      try {
        new Route53Failover({ zone: "example.com" }).publish("shop-front", { nodes: IPV4_ONLY }, {});
        return "published";
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(result).to.equal("shop-front: domain is missing; it must be a name in the zone example.com");
  });
});
