import { expect } from "chai";
import * as fc from "fast-check";
import type { DeclaredResource } from "../../../../../checks/clouds/record";
import { against, DROPLET_FIREWALL, GOOGLE_FIREWALL, GROUP_RULE, INGRESS, resource } from "./declared";

describe("Our own check of declared networks and firewalls", () => {
  describe("ports", () => {
    const tcp = (fromPort: unknown, toPort: unknown): DeclaredResource =>
      resource(INGRESS, { ipProtocol: "tcp", fromPort, toPort, cidrIpv4: "192.0.2.0/24" });

    it("takes ranges from 1 to 65535, of every cloud", () => {
      const port = fc.integer({ min: 1, max: 65_535 });
      fc.assert(
        fc.property(port, port, (one, other) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          const range = `${from}-${to}`;
          const rules = [
            tcp(from, to),
            resource(GROUP_RULE, { type: "ingress", protocol: "tcp", fromPort: from, toPort: to }),
            resource(GOOGLE_FIREWALL, { allows: [{ protocol: "tcp", ports: [range, `${from}`] }] }),
            resource(DROPLET_FIREWALL, { inboundRules: [{ protocol: "udp", portRange: range }] }),
          ];
          expect(against("ports", ...rules)).to.deep.equal([]);
        }),
      );
    });

    it("refuses what is no port", () => {
      const allowed = "but ports are whole numbers from 1 to 65535";
      expect(against("ports", tcp(80, 99_999))).to.deep.equal([`has the port 80-99999, ${allowed}`]);
      expect(against("ports", tcp(0, 0))).to.deep.equal([`has the port 0, ${allowed}`]);
      expect(against("ports", tcp(undefined, undefined))).to.deep.equal([`has the port NaN, ${allowed}`]);
      expect(against("ports", resource(GOOGLE_FIREWALL, { allows: [{ protocol: "tcp", ports: ["http"] }] }))).to.have.length(1);
      expect(against("ports", resource("gcp:compute/forwardingRule:ForwardingRule", { portRange: "1-65536" }))).to.have.length(1);
      const health = resource("gcp:compute/healthCheck:HealthCheck", { httpHealthCheck: { port: 70_000 } });
      expect(against("ports", health)).to.deep.equal([`has the port 70000, ${allowed}`]);
      expect(against("ports", resource("aws:route53/healthCheck:HealthCheck", { port: 8404.5 }))).to.have.length(1);
    });

    it("refuses ranges that end before they begin", () => {
      expect(against("ports", tcp(443, 80))).to.deep.equal(["has the ports 443-80, which end before they begin"]);
    });

    it("takes rules without ports where there are none", () => {
      const icmp = resource(INGRESS, { ipProtocol: "icmp", fromPort: -1, toPort: -1 });
      const all = resource(INGRESS, { ipProtocol: "-1" });
      const ping = resource(DROPLET_FIREWALL, { outboundRules: [{ protocol: "icmp" }, { protocol: "tcp", portRange: "all" }] });
      expect(against("ports", icmp, all, ping)).to.deep.equal([]);
    });
  });

  describe("firewall blocks", () => {
    const google = (peer: string): DeclaredResource =>
      resource(GOOGLE_FIREWALL, { allows: [{ protocol: "tcp", ports: ["80"] }], sourceRanges: [peer] });

    it("takes blocks of both kinds, and single addresses of DigitalOcean's", () => {
      const droplets = resource(DROPLET_FIREWALL, { inboundRules: [{ protocol: "tcp", sourceAddresses: ["192.0.2.1", "::1"] }] });
      expect(against("firewall blocks", google("192.0.2.0/24"), google("2001:db8::/32"), droplets)).to.deep.equal([]);
    });

    it("refuses all else", () => {
      for (const peer of ["1.2.3.4/8", "300.0.0.0/8", "0.0.0.0/33", "192.0.2.1", "2001:db8::1/32", "anywhere"]) {
        const message = `has the peer ${peer}, which is no block of addresses whose host bits are zero`;
        expect(against("firewall blocks", google(peer))).to.deep.equal([message]);
      }
      const rule = resource(GROUP_RULE, { type: "egress", cidrBlocks: ["10.0.0.0/8"], ipv6CidrBlocks: ["::/129"] });
      expect(against("firewall blocks", rule)).to.have.length(1);
    });
  });

  describe("network blocks", () => {
    it("refuses what is no block, or too large or small for its cloud", () => {
      const vpc = (cidrBlock: string): string[] => against("network blocks", resource("aws:ec2/vpc:Vpc", { cidrBlock }));
      expect(vpc("10.0.0.0/16")).to.deep.equal([]);
      expect(vpc("10.0.0.0/8")).to.deep.equal(["has the cidrBlock 10.0.0.0/8, but its prefix must be /16 to /28"]);
      expect(vpc("10.0.0.1/16")).to.deep.equal([
        "has the cidrBlock 10.0.0.1/16, which is no block of IPv4 addresses whose host bits are zero",
      ]);
      const droplets = resource("digitalocean:index/vpc:Vpc", { ipRange: "10.3.0.0/99" });
      expect(against("network blocks", droplets)).to.have.length(1);
    });

    it("refuses subnets of one network of Google's that share addresses", () => {
      const subnet = (name: string, network: string, ipCidrRange: string): DeclaredResource =>
        resource("gcp:compute/subnetwork:Subnetwork", { network, ipCidrRange }, name);
      const [a, b, c] = [subnet("a", "n", "10.2.0.0/16"), subnet("b", "n", "10.2.16.0/20"), subnet("c", "m", "10.2.0.0/16")];
      expect(against("network blocks", a, b, c)).to.deep.equal(["shares addresses of its network with a"]);
    });
  });

  describe("ssh", () => {
    it("refuses port 22 from everywhere, by whatever rule", () => {
      const world = { cidrIpv4: "0.0.0.0/0" };
      const rules: [DeclaredResource, string][] = [
        [resource(INGRESS, { ...world, ipProtocol: "tcp", fromPort: 22, toPort: 22 }), "0.0.0.0/0"],
        [resource(INGRESS, { ...world, ipProtocol: "-1" }), "0.0.0.0/0"],
        [resource(INGRESS, { cidrIpv6: "::/0", ipProtocol: "6", fromPort: 1, toPort: 1024 }), "::/0"],
        [resource(GOOGLE_FIREWALL, { allows: [{ protocol: "all" }] }), "0.0.0.0/0"],
        [resource(DROPLET_FIREWALL, { inboundRules: [{ protocol: "tcp", portRange: "0", sourceAddresses: ["::/0"] }] }), "::/0"],
      ];
      for (const [rule, peer] of rules) expect(against("ssh", rule)).to.deep.equal([`opens SSH (port 22) to ${peer}`]);
    });

    it("takes it from some, the site's ports from everywhere, and what goes out", () => {
      const some = resource(INGRESS, { cidrIpv4: "192.0.2.0/24", ipProtocol: "tcp", fromPort: 22, toPort: 22 });
      const site = resource(INGRESS, { cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 80, toPort: 80 });
      const out = resource(DROPLET_FIREWALL, { outboundRules: [{ protocol: "tcp", destinationAddresses: ["0.0.0.0/0"] }] });
      const tagged = resource(GOOGLE_FIREWALL, { allows: [{ protocol: "tcp" }], sourceTags: ["bastion"] });
      expect(against("ssh", some, site, out, tagged)).to.deep.equal([]);
    });
  });
});
