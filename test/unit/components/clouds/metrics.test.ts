import { expect } from "chai";
import { inVirginia } from "./aws/virginia";
import { inNewYork } from "./digitalocean/new-york";
import { inIowa } from "./gcp/iowa";

const METRICS = { port: 8405, from: ["198.51.100.7/32", "2001:db8:7::/48"] };

/** What was made for metrics, by its name. */
const ofMetrics = (inputs: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(inputs).filter(([label]) => label.includes("metrics")));

describe("A balancer's metrics in a cloud", () => {
  it("are open to the addresses that the stack names, and to no other", async () => {
    const aws = ofMetrics((await inVirginia(({ balancer }) => balancer({ metrics: METRICS }))).inputs);
    expect(Object.keys(aws)).to.have.length(2);
    expect(
      Object.values(aws).map((rule) => pick(rule, "securityGroupId", "cidrIpv4", "cidrIpv6", "fromPort", "toPort")),
    ).to.deep.equal([
      { securityGroupId: "virginia-balancers-id", cidrIpv4: "198.51.100.7/32", fromPort: 8405, toPort: 8405 },
      { securityGroupId: "virginia-balancers-id", cidrIpv6: "2001:db8:7::/48", fromPort: 8405, toPort: 8405 },
    ]);
    const gcp = ofMetrics((await inIowa(({ balancer }) => balancer({ metrics: METRICS }))).inputs);
    expect(Object.values(gcp).map((rule) => pick(rule, "allows", "sourceRanges", "targetTags"))).to.deep.equal(
      METRICS.from.map((block) => ({
        allows: [{ protocol: "tcp", ports: ["8405"] }],
        sourceRanges: [block],
        targetTags: ["shop-iowa-balancer"],
      })),
    );
    const digitalocean = ofMetrics((await inNewYork(({ balancer }) => balancer({ metrics: METRICS }))).inputs);
    expect(digitalocean).to.deep.equal({
      "Firewall newyork-metrics": {
        tags: ["tag-newyork-balancers"],
        inboundRules: [{ protocol: "tcp", portRange: "8405", sourceAddresses: METRICS.from }],
      },
    });
  });

  it("are open to nobody but the machine itself where the stack names none", async () => {
    const metrics = { port: 8405, from: [] };
    const all = [
      await inVirginia(({ balancer }) => balancer({ metrics })),
      await inIowa(({ balancer }) => balancer({ metrics })),
      await inNewYork(({ balancer }) => balancer({ metrics })),
    ];
    for (const { inputs } of all) expect(ofMetrics(inputs)).to.deep.equal({});
  });
});

function pick(resource: unknown, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(resource as object).filter(([key]) => keys.includes(key)));
}
