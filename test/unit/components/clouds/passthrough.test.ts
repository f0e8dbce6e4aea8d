import { expect } from "chai";
import { inVirginia } from "./aws/virginia";
import { inNewYork } from "./digitalocean/new-york";
import { inIowa } from "./gcp/iowa";

/** What a data center declares for a balancer, with and without a port of connections that are passed on. */
const CLOUDS = {
  aws: (passthrough?: number) => inVirginia(({ balancer }) => balancer({ passthrough }).node),
  gcp: (passthrough?: number) => inIowa(({ balancer }) => balancer({ passthrough }).node),
  digitalocean: (passthrough?: number) => inNewYork(({ balancer }) => balancer({ passthrough }).node),
};

const OPENED: Readonly<Record<keyof typeof CLOUDS, object>> = {
  aws: {
    "SecurityGroupIngressRule virginia-tcp-8444": { securityGroupId: "virginia-balancers-id", cidrIpv4: "0.0.0.0/0" },
    "SecurityGroupIngressRule virginia-tcp-8444-ipv6": { securityGroupId: "virginia-balancers-id", cidrIpv6: "::/0" },
  },
  gcp: {
    "Firewall iowa-tcp-8444": { sourceRanges: ["0.0.0.0/0"], targetTags: ["shop-iowa-balancer"] },
    "Firewall iowa-tcp-8444-ipv6": { sourceRanges: ["::/0"], targetTags: ["shop-iowa-balancer"] },
  },
  digitalocean: {
    "Firewall newyork-tcp-8444": {
      tags: ["tag-newyork-balancers"],
      inboundRules: [{ protocol: "tcp", portRange: "8444", sourceAddresses: ["0.0.0.0/0", "::/0"] }],
    },
  },
};
const PORTS: Readonly<Record<keyof typeof CLOUDS, object>> = {
  aws: { ipProtocol: "tcp", fromPort: 8444, toPort: 8444 },
  gcp: { direction: "INGRESS", allows: [{ protocol: "tcp", ports: ["8444"] }] },
  digitalocean: {},
};

describe("Connections that balancers pass on in a cloud", () => {
  for (const cloud of ["aws", "gcp", "digitalocean"] as const)
    it(`have their port opened to everybody by rules of its own, and change nothing else (${cloud})`, async () => {
      const { inputs: before, result: without } = await CLOUDS[cloud]();
      const { inputs: after, result: node } = await CLOUDS[cloud](8444);
      const more = Object.keys(after).filter((name) => !(name in before));
      expect(more.sort()).to.deep.equal(Object.keys(OPENED[cloud]));
      for (const [name, rule] of Object.entries(OPENED[cloud]))
        expect(after[name], name).to.deep.include({ ...PORTS[cloud], ...(rule as object) });
      // No machine, and no user data, is another one.
      expect(Object.fromEntries(Object.entries(after).filter(([name]) => name in before))).to.deep.equal(before);
      expect(without).to.not.have.property("passthrough");
      expect(node.passthrough).to.deep.equal({ address: "0.0.0.0", port: 8444 });
    });
});
