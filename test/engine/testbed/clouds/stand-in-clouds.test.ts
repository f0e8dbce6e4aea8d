import { expect } from "chai";
import type { RecordedEvent } from "../../../../testbed/clouds/recorder";
import { StandInClouds } from "../../../../testbed/clouds/stand-in-clouds";
import { scratch } from "../../../support/scratch";
import { CloudProgram } from "./cloud-program";

/** What the program says that changes between two runs of it. */
interface Values {
  readonly image: string;
  readonly size: string;
  readonly userData: string;
  readonly tag: string;
}

const BEFORE: Values = { image: "24", size: "t3.micro", userData: "old", tag: "old" };
const AFTER: Values = { image: "26", size: "t3.small", userData: "new", tag: "new" };

/** Machines in each cloud, and what they need. */
function machines({ image, size, userData, tag }: Values): string {
  return `
    const region = "us-east-1";
    const availabilityZone = aws.getAvailabilityZonesOutput({ region }).names[0];
    const filters = [{ name: "name", values: ["ubuntu-${image}-*"] }];
    const ami = aws.ec2.getAmiOutput({ region, mostRecent: true, filters }).id;
    const vpc = new aws.ec2.Vpc("vpc", { region, cidrBlock: "10.0.0.0/16" });
    const subnet = new aws.ec2.Subnet("subnet", { region, vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone });
    const group = new aws.ec2.SecurityGroup("group", { region, vpcId: vpc.id, tags: { tag: "${tag}" } });
    const instance = { region, ami, subnetId: subnet.id, vpcSecurityGroupIds: [group.id], associatePublicIpAddress: true };
    const imaged = new aws.ec2.Instance("imaged", { ...instance, instanceType: "t3.micro" });
    new aws.ec2.Instance("sized", { ...instance, instanceType: "${size}" }, { ignoreChanges: ["ami"] });
    const replaceOnChanges = ["instanceType"];
    new aws.ec2.Instance("sized-anew", { ...instance, instanceType: "${size}" }, { ignoreChanges: ["ami"], replaceOnChanges });
    const address = new aws.ec2.Eip("address", { region, domain: "vpc" });
    new aws.ec2.EipAssociation("association", { region, allocationId: address.id, instanceId: imaged.id });

    const network = new gcp.compute.Network("network", { autoCreateSubnetworks: false });
    const range = new gcp.compute.Subnetwork("range", { network: network.id, region: "us-east1", ipCidrRange: "10.1.0.0/20" });
    const machine = {
      zone: "us-east1-b",
      machineType: "e2-micro",
      networkInterfaces: [{ subnetwork: range.id, accessConfigs: [{}] }],
    };
    const ubuntu = (version) => ({ initializeParams: { image: "ubuntu-" + version } });
    const metadata = { "user-data": "${userData}" };
    const told = new gcp.compute.Instance("told", { ...machine, bootDisk: ubuntu("24"), metadata });
    new gcp.compute.Instance("named", { ...machine, bootDisk: ubuntu("${image}"), name: "by-hand" });

    const droplet = { image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb" };
    const tagged = new digitalocean.Droplet("tagged", { ...droplet, tags: ["${tag}"] });
    const booted = new digitalocean.Droplet("booted", { ...droplet, userData: "${userData}" });
    exports.addresses = [imaged.publicIp, address.publicIp, imaged.privateIp];
    exports.others = [told.networkInterfaces[0].accessConfigs[0].natIp, tagged.ipv4Address, booted.ipv4Address];
    exports.names = [group.name, network.name, told.name, tagged.name];
    exports.booted = booted.name;
  `;
}

interface Outputs {
  readonly addresses: readonly string[];
  readonly others: readonly string[];
  readonly names: readonly string[];
  readonly booted: string;
}

describe("Stand-in clouds under the real engine", () => {
  let clouds: StandInClouds;
  let program: CloudProgram;
  let old: Outputs;
  let quiet: readonly RecordedEvent[];
  let young: Outputs;
  /** Where the last run begins in the sequence of events. */
  let mark: number;

  // The engine takes seconds, so it runs three times for all of these.
  before(async () => {
    clouds = await StandInClouds.start();
    program = new CloudProgram(clouds, machines(BEFORE));
    await program.makeStack();
    await program.up();
    old = (await program.outputs()) as Outputs;
    const made = clouds.events.length;
    await program.up("--refresh", "--expect-no-changes");
    mark = clouds.events.length;
    quiet = clouds.events.slice(made);
    program.write(machines(AFTER));
    await program.up();
    young = (await program.outputs()) as Outputs;
  });

  after(async () => {
    await program.remove();
    clouds.stop();
  });

  it("give machines addresses, and what has no name one with a random end", () => {
    expect(old.addresses.slice(0, 2).concat(old.others)).to.satisfy((all: string[]) => new Set(all).size === 5);
    expect(old.addresses[1]).to.match(/^198\.1[89]\.\d+\.\d+$/);
    expect(old.addresses[2]).to.match(/^10\.0\.1\.\d+$/);
    expect(old.names.map((name) => name.replace(/[0-9a-f]{7}$/, "…"))).to.deep.equal([
      "group-…",
      "network-…",
      "told-…",
      "tagged-…",
    ]);
  });

  it("find nothing to do in a second run, with a look at all that stands", () => {
    expect(new Set(quiet.map(({ kind }) => kind))).to.deep.equal(new Set(["read", "invoke"]));
  });

  it("record what stands, with its inputs as they were declared", () => {
    const { name, inputs } = clouds.declared().find(({ type }) => type === "gcp:compute/network:Network") ?? {};
    expect(name).to.equal("network");
    expect(inputs).to.deep.equal({ autoCreateSubnetworks: false, name: old.names[1] });
  });

  it("make a replacement first and delete last", () => {
    for (const name of ["imaged", "booted"])
      expect(clouds.indexOf("create", name, mark)).to.be.below(clouds.indexOf("delete", name, mark));
    expect(clouds.indexOf("create", "association", mark)).to.be.below(clouds.indexOf("delete", "imaged", mark));
    expect(young.booted)
      .to.match(/^booted-[0-9a-f]{7}$/)
      .and.not.equal(old.booted);
    expect(young.addresses[1]).to.equal(old.addresses[1]);
  });

  it("delete first what has a name by hand", () => {
    expect(clouds.indexOf("delete", "named", mark)).to.be.below(clouds.indexOf("create", "named", mark));
  });

  it("tell a machine that was stopped and started from one that was made anew", () => {
    expect(eventsOf("sized")).to.deep.equal(["update", "restart"]);
    expect(eventsOf("sized-anew")).to.deep.equal(["create", "delete"]);
  });

  it("tell what was changed without effect", () => {
    expect(eventsOf("told")).to.deep.equal(["update", "ineffective"]);
  });

  it("keep names and addresses of what is changed in place", () => {
    expect(young.names).to.deep.equal(old.names);
    expect(young.others.slice(0, 2)).to.deep.equal(old.others.slice(0, 2));
    expect(eventsOf("tagged")).to.deep.equal(["update"]);
  });

  function eventsOf(name: string): string[] {
    return clouds.events.filter((event) => event.at >= mark && event.name === name).map(({ kind }) => kind);
  }
});

describe("A stand-in cloud that fails", () => {
  const made = scratch();

  it("fails the run, while the others go on, and is well again when it is mended", async () => {
    const clouds = await StandInClouds.start();
    made.later(() => clouds.stop());
    const source = `new gcp.compute.Network("network", {}); new digitalocean.Tag("tag", {});`;
    const program = new CloudProgram(clouds, source);
    made.later(() => program.remove());
    await program.makeStack();

    clouds.fail("gcp");
    const failed = await program.run(["up", "--yes", "--skip-preview", "--continue-on-error"]);
    expect(failed.code).to.not.equal(0);
    expect(failed.text).to.contain("500 Internal Server Error");
    expect(clouds.declared().map(({ name }) => name)).to.deep.equal(["tag"]);

    clouds.mend("gcp");
    await program.up();
    expect(clouds.declared().map(({ name }) => name)).to.deep.equal(["tag", "network"]);
  });
});
