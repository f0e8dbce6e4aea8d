import { expect } from "chai";
import { CLOUDS, isCloud } from "../../../../../components/model/clouds/data-center";
import { shown } from "../../../../../components/model/problem";
import { IN_CLOUDS, problemsInClouds, problemsWithPlaces } from "./cloud-stack";

const inVirginia = (keys: object): string[] => problemsWithPlaces({ virginia: keys });

describe("A provider", () => {
  it("is a cloud when its machines are made there", () => {
    expect(CLOUDS).to.deep.equal(["aws", "gcp", "digitalocean"]);
    expect(["aws", "gcp", "digitalocean", "local", "existing", "azure", ""].map(isCloud)).to.deep.equal([
      ...[true, true, true],
      ...[false, false, false, false],
    ]);
  });
});

describe("The network of a data center in a stack file", () => {
  it("is a block of private addresses that holds a pool", () => {
    for (const network of ["10.0.0.0/16", "10.20.0.0/20", "172.31.255.0/24", "192.168.0.0/16"]) {
      expect(inVirginia({ network }), network).to.deep.equal([]);
    }
    for (const [network, got] of [
      ["10.0.0.0/15", "10.0.0.0/15"],
      ["10.20.0.0/25", "10.20.0.0/25"],
      ["10.20.0.1/20", "10.20.0.1/20"],
      ["010.20.0.0/20", "010.20.0.0/20"],
      ["172.32.0.0/20", "172.32.0.0/20"],
      ["192.0.2.0/24", "192.0.2.0/24"],
      ["fd00::/16", "fd00::/16"],
      ["", '""'],
      [10, "10"],
      [["10.20.0.0/20"], '["10.20.0.0/20"]'],
    ] as const) {
      expect(inVirginia({ network })).to.deep.equal([
        `dataCenters.virginia.network: is ${got}, but must be a block of private addresses from /16 to /24, such as 10.20.0.0/20`,
      ]);
    }
  });
});

describe("A data center that is frozen", () => {
  it("is so with the servers that the stack file says, or with those of an instant", () => {
    for (const frozen of [true, false, "2026-11-27T12:00:00Z", "2026-11-27T12:00+01:00", "2026-11-27T12:00:00.5Z", null]) {
      expect(inVirginia({ frozen }), String(frozen)).to.deep.equal([]);
    }
  });

  it("is not so in any other way", () => {
    const rule = 'but must be true, false, or the instant since when, in quotes, such as "2026-11-27T12:00:00Z"';
    for (const [frozen, got] of [
      ["true", '"true"'],
      ["yes", "yes"],
      ["", '""'],
      ["2026-11-27", '"2026-11-27"'],
      ["2026-11-27T12:00", "2026-11-27T12:00"],
      ["2026-02-30T12:00:00Z", "2026-02-30T12:00:00Z"],
      ["2026-11-27 12:00:00 +0000 UTC", '"2026-11-27 12:00:00 +0000 UTC"'],
      [1, "1"],
      [{ since: "noon" }, '{"since":"noon"}'],
    ] as const) {
      expect(inVirginia({ frozen })).to.deep.equal([`dataCenters.virginia.frozen: is ${got}, ${rule}`]);
    }
  });
});

describe("A data center in a stack file", () => {
  it("has each of its keys in the right shape", () => {
    expect(inVirginia({ region: "", zones: "us-east-1a", sizes: ["t3.small"], image: "" })).to.deep.equal([
      'dataCenters.virginia.region: is "", but must be the name of a region',
      "dataCenters.virginia.zones: is us-east-1a, but must be a list of zones",
      'dataCenters.virginia.sizes: is ["t3.small"], but must be a map from size to machine type, such as { small: t3.small }',
      'dataCenters.virginia.image: is "", but must be an image',
    ]);
    expect(inVirginia({ zones: [] })).to.deep.equal([
      "dataCenters.virginia.zones: is [], but must be a list of one or more zones",
    ]);
    expect(inVirginia({ zones: ["us-east-1a", null, ""] })).to.deep.equal([
      "dataCenters.virginia.zones[1]: is null, but must be the name of a zone",
      'dataCenters.virginia.zones[2]: is "", but must be the name of a zone',
    ]);
    expect(inVirginia({ sizes: { small: 2, Tiny: "t3.small" } })).to.deep.equal([
      "dataCenters.virginia.sizes.small: is 2, but must be a machine type",
      "dataCenters.virginia.sizes.Tiny: is not a name: lower-case letters, digits and hyphens, starting with a letter, 30 at most",
    ]);
    expect(inVirginia({ zone: "us-east-1a" })).to.deep.equal([
      "dataCenters.virginia.zone: is not a key here: provider, region, zones, network, sizes, image, encryption, frozen, addresses; did you mean zones?",
    ]);
    expect(inVirginia({ image: "ami-0123456789abcdef0" })).to.deep.equal([]);
  });

  it("lists existing servers by addresses and ports that there are", () => {
    const listed = (address: string): string[] =>
      problemsInClouds({
        dataCenters: { ...IN_CLOUDS.dataCenters, rack: { provider: "existing", addresses: { web: [address] } } },
      });
    for (const address of ["192.0.2.10:80", "192.0.2.10:65535", "[2001:db8::10]:80"])
      expect(listed(address), address).to.deep.equal([]);
    for (const address of [
      "192.0.2.300:80",
      "192.0.02.10:80",
      "192.0.2.10:65536",
      "192.0.2.10:0",
      "[2001:db8:::10]:80",
      "[::]:80:80",
    ])
      expect(listed(address), address).to.deep.equal([
        `dataCenters.rack.addresses.web[0]: is ${shown(address)}, but must be an IP address and port, such as 192.0.2.10:80`,
      ]);
  });

  it("is a map", () => {
    const shape = "a map such as { provider: local } or { provider: aws, region: us-east-1 }";
    expect(problemsInClouds({ dataCenters: { virginia: "us-east-1", iowa: [], amsterdam: null } })).to.deep.equal([
      `dataCenters.virginia: is us-east-1, but must be ${shape}`,
      `dataCenters.iowa: is [], but must be ${shape}`,
      "pools.web.servers.amsterdam: is not one of the data centers: virginia, iowa",
    ]);
  });
});
