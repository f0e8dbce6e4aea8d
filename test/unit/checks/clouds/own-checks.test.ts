import { expect } from "chai";
import * as fc from "fast-check";
import { OWN_CHECKS } from "../../../../checks/clouds/own-checks";
import type { DeclaredResource, Inputs } from "../../../../checks/clouds/record";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const GOOGLE_FIREWALL = "gcp:compute/firewall:Firewall";
const DROPLET_FIREWALL = "digitalocean:index/firewall:Firewall";
const INSTANCE = "aws:ec2/instance:Instance";
const GOOGLE_INSTANCE = "gcp:compute/instance:Instance";
const DROPLET = "digitalocean:index/droplet:Droplet";
const RECORD = "aws:route53/record:Record";
const RECORD_SET = "gcp:dns/recordSet:RecordSet";

function resource(type: string, inputs: Inputs, name = "it", id = name): DeclaredResource {
  return { type, name, id, inputs };
}

/** What a check has against resources. */
function against(check: keyof typeof OWN_CHECKS, ...declared: readonly DeclaredResource[]): string[] {
  return OWN_CHECKS[check](declared).map(({ message }) => message);
}

describe("Our own check of what is declared", () => {
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

  it("labels: each is one to its cloud", () => {
    const labels = (type: string, inputs: Inputs): string[] => against("labels", resource(type, inputs));
    expect(labels(GOOGLE_INSTANCE, { labels: { site: "shop", "data-center": "" }, tags: ["web"] })).to.deep.equal([]);
    expect(labels(GOOGLE_INSTANCE, { labels: { Site: "Shop" } })).to.deep.equal([
      'has the label "Site", which must match ^[a-z][a-z0-9_-]{0,62}$',
      'has the value of the label Site "Shop", which must match ^[a-z0-9_-]{0,63}$',
    ]);
    expect(labels(GOOGLE_INSTANCE, { bootDisk: { initializeParams: { labels: { "1": "a" } } } })).to.have.length(1);
    expect(labels(GOOGLE_FIREWALL, { targetTags: ["Web_"], sourceTags: ["-"] })).to.have.length(2);
    expect(labels(INSTANCE, { tags: { Name: "web 1", "evenkeel:site": "shop+café" } })).to.deep.equal([]);
    expect(labels(INSTANCE, { tags: { "aws:x": "1" } })).to.have.length(1);
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, ""]));
    expect(labels(INSTANCE, { tags: many })).to.deep.equal(["has 51 tags, but 50 is the most"]);
    expect(labels(DROPLET, { tags: ["evenkeel-site:shop"] })).to.deep.equal([]);
    expect(labels(DROPLET, { tags: ["a b"] })).to.deep.equal(['has the tag "a b", which must match ^[a-zA-Z0-9_\\-:]{1,255}$']);
  });

  it("user data: it fits its cloud, to the byte", () => {
    const userData = (type: string, inputs: Inputs): string[] => against("user data", resource(type, inputs));
    const base64 = (length: number): string => Buffer.alloc(length, "#").toString("base64");
    expect(userData(INSTANCE, { userData: "#".repeat(16_384) })).to.deep.equal([]);
    expect(userData(INSTANCE, { userData: "é".repeat(8_193) })).to.deep.equal([
      "has user data of 16386 bytes, but its cloud takes 16384",
    ]);
    expect(userData(INSTANCE, { userDataBase64: base64(16_384) })).to.deep.equal([]);
    expect(userData(INSTANCE, { userDataBase64: base64(16_385) })).to.have.length(1);
    expect(userData(INSTANCE, { userDataBase64: "#cloud-config" })).to.deep.equal(["has userDataBase64 that is not base64"]);
    expect(userData(GOOGLE_INSTANCE, { metadata: { "user-data": "#".repeat(262_144) } })).to.deep.equal([]);
    expect(userData(GOOGLE_INSTANCE, { metadata: { "user-data": "#".repeat(262_145) } })).to.deep.equal([
      "has user-data of 262145 bytes, but its cloud takes 262144",
    ]);
    expect(userData(DROPLET, { userData: "#".repeat(65_536) })).to.deep.equal([]);
    expect(userData(DROPLET, { userData: "#".repeat(65_537) })).to.have.length(1);
  });

  it("metadata service and disks: AWS's machines say both, others need not", () => {
    const sound = {
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: { encrypted: true },
    };
    expect(against("metadata service", resource(INSTANCE, sound), resource(DROPLET, {}))).to.deep.equal([]);
    expect(against("metadata service", resource(INSTANCE, {}))).to.deep.equal([
      "has httpTokens unset, but must have required",
      "has httpPutResponseHopLimit unset, but must have 1",
    ]);
    expect(against("disks", resource(INSTANCE, sound), resource(GOOGLE_INSTANCE, {}))).to.deep.equal([]);
    expect(against("disks", resource(INSTANCE, {}))).to.deep.equal(["has a root disk with encrypted unset, but must have true"]);
  });

  it("places: regions and zones are those of the cloud", () => {
    const places = (type: string, inputs: Inputs): string[] => against("places", resource(type, inputs));
    expect(places(INSTANCE, { region: "eu-central-1", availabilityZone: "eu-central-1b" })).to.deep.equal([]);
    expect(places(INSTANCE, { region: "us-east-9" })).to.deep.equal(["is in us-east-9, which is no region of AWS"]);
    expect(places(INSTANCE, { region: "us-east-1", availabilityZone: "us-west-1a" })).to.deep.equal([
      "is in the zone us-west-1a, which is not in us-east-1",
    ]);
    expect(places(DROPLET, { region: "nyc3" })).to.deep.equal([]);
    expect(places(DROPLET, { region: "mars1" })).to.deep.equal(["is in mars1, which is no region of DigitalOcean"]);
    expect(places(GOOGLE_INSTANCE, { region: "europe-west12", zone: "europe-west12-a" })).to.deep.equal([]);
    expect(places(GOOGLE_INSTANCE, { region: "mars", zone: "mars-a" })).to.deep.equal([
      "is in mars, which is no region of Google Cloud",
      "is in mars-a, which is no zone of Google Cloud",
    ]);
  });

  it("sizes: the SDKs know them", () => {
    const sizes = (type: string, inputs: Inputs): string[] => against("sizes", resource(type, inputs));
    expect([...sizes(INSTANCE, { instanceType: "t3.small" }), ...sizes(DROPLET, { size: "s-1vcpu-2gb" })]).to.deep.equal([]);
    expect(sizes(INSTANCE, { instanceType: "t9.huge" })).to.deep.equal(["is a t9.huge, which AWS does not have"]);
    expect(sizes(DROPLET, { size: "huge" })).to.deep.equal(["is a huge, which DigitalOcean does not have"]);
  });

  it("physical names: none is set by hand where that deletes first", () => {
    const names = (type: string, name: unknown): string[] => against("physical names", resource(type, { name }, "Web-1"));
    expect([...names(DROPLET, undefined), ...names(DROPLET, "web-1-0a1b2c3")]).to.deep.equal([]);
    expect(names(DROPLET, "web-1")).to.deep.equal(["is named web-1 by hand, so that replacing it deletes it first"]);
    expect([...names("digitalocean:index/tag:Tag", "web"), ...names("aws:route53/zone:Zone", "example.com")]).to.deep.equal([]);
  });

  it("group names: none looks like an id", () => {
    const group = "aws:ec2/securityGroup:SecurityGroup";
    expect(against("group names", resource(group, {}, "web"), resource(INSTANCE, { name: "sg-1" }))).to.deep.equal([]);
    const message = "is named sg-web, but AWS keeps names with sg- for its ids";
    expect(against("group names", resource(group, {}, "sg-web"))).to.deep.equal([message]);
    expect(against("group names", resource(group, { name: "sg-web" }))).to.deep.equal([message]);
  });

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

  it("references: they are of what was declared before, in the same region", () => {
    const vpc = resource("aws:ec2/vpc:Vpc", { region: "us-east-1" }, "net", "vpc-1");
    const subnet = (region: string, vpcId = "vpc-1"): DeclaredResource => resource("aws:ec2/subnet:Subnet", { region, vpcId });
    expect(against("references", vpc, subnet("us-east-1"))).to.deep.equal([]);
    const absent = "has the vpcId vpc-1, but nothing of that id was declared before it";
    expect(against("references", subnet("us-east-1"), vpc)).to.deep.equal([absent]);
    expect(against("references", vpc, subnet("eu-west-1"))).to.deep.equal(["is in eu-west-1, but its vpcId is net in us-east-1"]);

    const network = resource("gcp:compute/network:Network", {}, "net", "projects/p/global/networks/net");
    const link = "https://www.googleapis.com/compute/v1/projects/p/global/networks/net";
    const machine = resource(GOOGLE_INSTANCE, { zone: "us-east1-b", networkInterfaces: [{ network: link }] });
    expect(against("references", network, machine)).to.deep.equal([]);
    expect(against("references", machine)).to.have.length(1);

    const droplet = resource(DROPLET, {}, "web", "512001");
    const assignment = resource("digitalocean:index/reservedIpAssignment:ReservedIpAssignment", { dropletId: 512_001 });
    expect(against("references", droplet, assignment)).to.deep.equal([]);
  });
});
