import { expect } from "chai";
import { Addresses } from "../../../../testbed/clouds/addresses";
import { AWS } from "../../../../testbed/clouds/aws";
import type { Cloud, Thing } from "../../../../testbed/clouds/cloud";
import { DIGITALOCEAN } from "../../../../testbed/clouds/digitalocean";
import { GCP } from "../../../../testbed/clouds/gcp";
import { PlayedResource } from "../../../../testbed/clouds/played-resource";
import { without } from "../../../../testbed/clouds/property-paths";
import { Recorder } from "../../../../testbed/clouds/recorder";
import { World } from "../../../../testbed/clouds/world";
import type { Properties } from "../../../../provider/resource";

/** A cloud, and a short way to make things in it: names that a program leaves out are filled in. */
function cloud(played: Cloud, settings: Properties = {}) {
  const recorder = new Recorder();
  const world = new World(played, new Addresses(), recorder);
  world.configure(settings);
  const urn = (type: string, name: string): string => `urn:pulumi:test::site::${type}::${name}`;
  const make = (type: string, name: string, inputs: Properties): Thing => {
    const resource = new PlayedResource(world, type, urn(type, name));
    return world.create(type, urn(type, name), resource.check(inputs, undefined));
  };
  const remove = (thing: Thing): void => world.delete(thing.type, thing.urn, thing.id);
  return { world, recorder, make, remove };
}

describe("The stand-in of AWS", () => {
  const aws = () => {
    const clouds = cloud(AWS, { region: "us-east-1" });
    const vpc = clouds.make("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
    const subnet = clouds.make("aws:ec2/subnet:Subnet", "subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
    const { id: ami } = clouds.world.answer("aws:ec2/getAmi:getAmi", { filters: [{ name: "name", values: ["ubuntu"] }] });
    const instance = (name: string): Thing =>
      clouds.make("aws:ec2/instance:Instance", name, { ami, subnetId: subnet.id, instanceType: "t3.micro" });
    return { ...clouds, vpc, subnet, ami, instance };
  };

  it("keeps what holds something", () => {
    const { vpc, subnet, remove } = aws();
    expect(() => remove(vpc)).to.throw(`DependencyViolation: ${vpc.id} has dependencies and cannot be deleted: subnet`);
    remove(subnet);
    remove(vpc);
  });

  it("has an address on one machine only: the one that it was put on last", () => {
    const { instance, make, remove, world } = aws();
    const [one, two] = [instance("one"), instance("two")];
    const address = make("aws:ec2/eip:Eip", "address", {});
    const on = (machine: Thing): Thing =>
      make("aws:ec2/eipAssociation:EipAssociation", "on", { allocationId: address.id, instanceId: machine.id });
    const first = on(one);
    expect(world.find("aws:ec2/instance:Instance", one.id)?.outputs.publicIp).to.equal(address.outputs.publicIp);
    on(two);
    expect(world.find("aws:ec2/instance:Instance", one.id)?.outputs.publicIp).to.not.equal(address.outputs.publicIp);
    remove(first);
    expect(AWS.machineAt(String(address.outputs.publicIp), world)?.name).to.equal("two");
  });

  it("refuses what names something that is not there, or in another region", () => {
    const { make, vpc, ami, subnet } = aws();
    const inOther = { region: "eu-central-1", vpcId: vpc.id, cidrBlock: "10.0.1.0/24" };
    expect(() => make("aws:ec2/subnet:Subnet", "far", inOther)).to.throw(`InvalidVpc.NotFound: '${vpc.id}' does not exist`);
    const unknown = { ami: "ami-1", subnetId: subnet.id };
    expect(() => make("aws:ec2/instance:Instance", "one", unknown)).to.throw("The image id '[ami-1]' does not exist");
    expect(() => make("aws:ec2/instance:Instance", "one", { ami, subnetId: subnet.id, keyName: "mine" })).to.throw("'mine'");
  });

  it("refuses a rule twice, and replaces one only for another kind of peer", () => {
    const { make, vpc, world } = aws();
    const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const group = make("aws:ec2/securityGroup:SecurityGroup", "group", { vpcId: vpc.id });
    const rule = { securityGroupId: group.id, ipProtocol: "tcp", fromPort: 80, toPort: 80, cidrIpv4: "192.0.2.1/32" };
    make(type, "rule", rule);
    expect(() => make(type, "twin", rule)).to.throw("InvalidPermission.Duplicate");
    const played = new PlayedResource(world, type, `urn:pulumi:test::site::${type}::rule`);
    expect(played.diff(rule, rule, { ...rule, cidrIpv4: "192.0.2.2/32" })).to.deep.equal({ cidrIpv4: "update" });
    const inIpv6 = { ...without(rule, "cidrIpv4"), cidrIpv6: "2001:db8::1/128" };
    expect(played.diff(rule, rule, inIpv6)).to.deep.equal({
      cidrIpv4: "replace",
      cidrIpv6: "replace",
    });
  });

  it("takes a static address for a public one, and an instance that shall have none for one to be replaced", () => {
    const { make, world, ami, subnet } = aws();
    const type = "aws:ec2/instance:Instance";
    const said = { ami, subnetId: subnet.id, associatePublicIpAddress: false };
    const instance = make(type, "private", said);
    const address = make("aws:ec2/eip:Eip", "address", {});
    make("aws:ec2/eipAssociation:EipAssociation", "on", { allocationId: address.id, instanceId: instance.id });
    const found = world.read(type, instance.urn, instance.id)?.inputs ?? {};
    expect(new PlayedResource(world, type, instance.urn).diff(found, {}, said)).to.deep.equal({
      associatePublicIpAddress: "replace",
    });
  });

  it("makes up a name from a prefix, which needs nothing to be deleted first", () => {
    const { make, vpc, world } = aws();
    const type = "aws:ec2/securityGroup:SecurityGroup";
    const group = make(type, "group", { vpcId: vpc.id, namePrefix: "web-" });
    expect(group.inputs).to.not.have.property("name");
    expect(group.outputs.name).to.match(/^web-[0-9a-f]+$/);
    const played = new PlayedResource(world, type, group.urn);
    expect(played.deleteBeforeReplace(group.inputs)).to.equal(false);
    expect(played.deleteBeforeReplace(played.check({ name: "web" }, undefined))).to.equal(true);
    expect(() => played.check({ namePrefix: "sg-" }, undefined)).to.throw("cannot begin with sg-");
  });

  it("wants a region, and tells of newer images once they are released", () => {
    expect(() => cloud(AWS)).to.throw("Missing region information");
    const { world, ami } = aws();
    world.imageRelease++;
    const args = { filters: [{ name: "name", values: ["ubuntu"] }] };
    expect(world.answer("aws:ec2/getAmi:getAmi", args).id).to.not.equal(ami);
  });

  it("says what it does not know", () => {
    const { world, make } = aws();
    expect(() => make("aws:lb/loadBalancer:LoadBalancer", "lb", {})).to.throw(
      "the stand-in of aws does not know aws:lb/loadBalancer:LoadBalancer",
    );
    expect(() => world.answer("aws:ec2/getVpc:getVpc", {})).to.throw("the stand-in of aws does not know aws:ec2/getVpc:getVpc");
  });

  it("fails in one region while the others go on", () => {
    const { world, make, recorder } = aws();
    world.fail(503, "us-east-1");
    const vpc = { cidrBlock: "10.9.0.0/16" };
    expect(() => make("aws:ec2/vpc:Vpc", "here", vpc)).to.throw("503");
    make("aws:ec2/vpc:Vpc", "there", { ...vpc, region: "eu-central-1" });
    expect(recorder.declared().map(({ name }) => name))
      .to.include("there")
      .and.not.include("here");
    expect(() => recorder.indexOf("create", "here")).to.throw("there was no create of here, but:\ncreate vpc");
  });
});

describe("The stand-in of Google Cloud", () => {
  const gcp = () => {
    const clouds = cloud(GCP, { project: "stand-in" });
    const network = clouds.make("gcp:compute/network:Network", "network", {});
    const instance = (name: string, natIp?: unknown): Thing =>
      clouds.make("gcp:compute/instance:Instance", name, {
        zone: "us-east1-b",
        machineType: "e2-micro",
        networkInterfaces: [{ network: network.id, accessConfigs: [{ natIp }] }],
      });
    const address = clouds.make("gcp:compute/address:Address", "address", { region: "us-east1" });
    return { ...clouds, instance, address };
  };

  it("has a static address on one machine only", () => {
    const { instance, address, remove } = gcp();
    const one = instance("one", address.outputs.address);
    expect(() => instance("two", address.outputs.address)).to.throw("is already in-use by one");
    expect(() => remove(address)).to.throw("resourceInUseByAnotherResource");
    remove(one);
    instance("two", address.outputs.address);
  });

  it("stops a machine only when it is allowed to", () => {
    const { instance, world, recorder } = gcp();
    const { type, urn, id, inputs } = instance("one");
    const larger = { ...inputs, machineType: "e2-small" };
    expect(() => world.update(type, urn, id, inputs, larger)).to.throw("requires stopping it");
    world.update(type, urn, id, inputs, { ...larger, allowStoppingForUpdate: true });
    expect(recorder.indexOf("restart", "one")).to.equal(recorder.events.length - 1);
  });

  it("knows the machine behind a forwarding rule", () => {
    const { instance, make, address, world } = gcp();
    const machine = instance("one");
    const target = make("gcp:compute/targetInstance:TargetInstance", "target", { zone: "us-east1-b", instance: machine.id });
    const rule = { region: "us-east1", ipAddress: address.id, target: target.id, portRange: "80" };
    make("gcp:compute/forwardingRule:ForwardingRule", "rule", rule);
    expect(GCP.machineAt(String(address.outputs.address), world)?.id).to.equal(machine.id);
  });

  it("refuses names that are none there, and a record outside its zone", () => {
    const { make } = gcp();
    expect(() => make("gcp:compute/network:Network", "x".repeat(60), {})).to.throw("doesn't match regexp");
    const record = { managedZone: "example-com", type: "A", rrdatas: ["192.0.2.1"] };
    make("gcp:dns/recordSet:RecordSet", "record", { ...record, name: "www.example.com." });
    expect(() => make("gcp:dns/recordSet:RecordSet", "record", { ...record, name: "www.example.org." })).to.throw(
      "not in the zone",
    );
  });
});

describe("The stand-in of DigitalOcean", () => {
  it("refuses a public key, a firewall's name and a network's range that it has already", () => {
    const { make } = cloud(DIGITALOCEAN);
    make("digitalocean:index/sshKey:SshKey", "key", { publicKey: "ssh-ed25519 AAAA one" });
    const twin = { publicKey: "ssh-ed25519 AAAA another" };
    expect(() => make("digitalocean:index/sshKey:SshKey", "twin", twin)).to.throw("422 SSH Key is already in use");
    const firewall = { name: "web", inboundRules: [{ protocol: "icmp" }] };
    make("digitalocean:index/firewall:Firewall", "firewall", firewall);
    expect(() => make("digitalocean:index/firewall:Firewall", "twin", firewall)).to.throw("409 duplicate name");
    make("digitalocean:index/vpc:Vpc", "vpc", { region: "nyc3", ipRange: "10.0.0.0/16" });
    expect(() => make("digitalocean:index/vpc:Vpc", "twin", { region: "fra1", ipRange: "10.0.9.0/24" })).to.throw("overlaps");
  });

  it("moves a reserved address, and keeps a network that has droplets", () => {
    const { make, remove, world } = cloud(DIGITALOCEAN);
    const vpc = make("digitalocean:index/vpc:Vpc", "vpc", { region: "nyc3" });
    const droplet = (name: string): Thing =>
      make("digitalocean:index/droplet:Droplet", name, { region: "nyc3", vpcUuid: vpc.id, image: "ubuntu", size: "s" });
    const address = make("digitalocean:index/reservedIp:ReservedIp", "address", { region: "nyc3" });
    const on = (machine: Thing): Thing =>
      make("digitalocean:index/reservedIpAssignment:ReservedIpAssignment", "on", {
        ipAddress: address.outputs.ipAddress,
        dropletId: Number(machine.id),
      });
    const first = on(droplet("one"));
    const two = droplet("two");
    on(two);
    remove(first);
    expect(DIGITALOCEAN.machineAt(address.id, world)?.name).to.equal("two");
    expect(() => remove(vpc)).to.throw("409 Can not delete vpc: it has members: one");
    remove(two);
    expect(DIGITALOCEAN.machineAt(address.id, world)).to.equal(undefined);
  });
});
