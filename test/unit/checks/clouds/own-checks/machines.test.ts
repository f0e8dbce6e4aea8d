import { expect } from "chai";
import type { DeclaredResource, Inputs } from "../../../../../checks/clouds/record";
import { against, DROPLET, GOOGLE_FIREWALL, GOOGLE_INSTANCE, INSTANCE, resource } from "./declared";

describe("Our own check of declared machines", () => {
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
