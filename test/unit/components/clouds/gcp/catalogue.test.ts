import { expect } from "chai";
import * as fc from "fast-check";
import { bootDiskType } from "../../../../../components/clouds/gcp/catalogue";
import { catalogue } from "../../../../../components/clouds/gcp";
import { SIZE_NAMES } from "../../../../../components/model/clouds/catalogue";

const { regions, sizes, machineTypes } = catalogue;
const zonesOf = (region: string) => catalogue.zonesOf(region);
const isMachineType = (type: string) => catalogue.isMachineType(type);
const machine = (type: string) => catalogue.machine(type);

describe("The catalogue of Google Cloud", () => {
  it("has two zones or more in each region, named after it, also where there is no zone a", () => {
    for (const region of regions) {
      expect(region).to.match(/^[a-z]+-[a-z]+\d+$/);
      expect(zonesOf(region).length, region).to.be.greaterThan(1);
      for (const zone of zonesOf(region)) expect(zone).to.match(new RegExp(`^${region}-[a-f]$`));
    }
    expect(new Set(regions).size).to.equal(regions.length);
    expect(zonesOf("europe-west1")).to.deep.equal(["europe-west1-b", "europe-west1-c", "europe-west1-d"]);
    expect(zonesOf("us-east1")).to.deep.equal(["us-east1-b", "us-east1-c", "us-east1-d"]);
    expect(zonesOf("us-central1").slice(0, 2)).to.deep.equal(["us-central1-a", "us-central1-b"]);
    expect(zonesOf("europe-west5")).to.deep.equal([]);
  });

  it("holds in each size what the size promises", () => {
    expect(SIZE_NAMES.map((size) => machine(sizes[size]))).to.deep.equal([
      { vcpus: 2, memory: 2048 },
      { vcpus: 2, memory: 4096 },
      { vcpus: 4, memory: 16_384 },
    ]);
    for (const size of SIZE_NAMES) expect(isMachineType(sizes[size])).to.equal(true);
  });

  it("knows what a type holds, and says nothing where its name does not tell", () => {
    expect(machine("n2d-highcpu-224")).to.deep.equal({ vcpus: 224, memory: 229_376 });
    expect(machine("n1-standard-1")).to.deep.equal({ vcpus: 1, memory: 3840 });
    expect(machine("n1-highcpu-2")).to.deep.equal({ vcpus: 2, memory: 1843 });
    expect(machine("c3-standard-22-lssd")).to.deep.equal({ vcpus: 22, memory: 90_112 });
    expect(machine("n2-highmem-128")).to.deep.equal({ vcpus: 128 });
    expect(machine("c4-standard-4")).to.deep.equal({ vcpus: 4 });
    expect(machine("z3-highmem-88")).to.deep.equal({});
    expect(machine("nonsense")).to.deep.equal({});
  });

  it("has each of its machine types, with as many vCPUs as its name says unless they are shared", () => {
    expect(new Set(machineTypes).size).to.equal(machineTypes.length);
    for (const type of machineTypes) {
      expect(isMachineType(type), type).to.equal(true);
      const last = /-(\d+)$/.exec(type)?.[1];
      if (last !== undefined) expect(machine(type).vcpus, type).to.equal(Number(last));
    }
  });

  it("reads types that a user composed", () => {
    const series = fc.constantFrom("", "n1-", "n2-", "n2d-", "n4-", "e2-");
    const extended = fc.constantFrom("", "-ext");
    const number = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(series, number, number, extended, (start, vcpus, memory, end) => {
        const type = `${start}custom-${vcpus}-${memory}${end}`;
        expect(isMachineType(type)).to.equal(true);
        expect(machine(type)).to.deep.equal({ vcpus, memory });
      }),
    );
    expect(machine("e2-custom-medium-4096")).to.deep.equal({ vcpus: 2, memory: 4096 });
  });

  it("refuses slips and ARM, but no series that it has not heard of", () => {
    const slips = [
      "e2-standart-4",
      "e2-standard-3",
      "n2-standard",
      "n1-custom-2",
      "e2-small-2",
      "n2-custom-0-4096",
      "t3.small",
      "",
    ];
    for (const type of [...slips, "t2a-standard-4", "c4a-standard-4", "n4a-standard-2"])
      expect(isMachineType(type), type).to.equal(false);
    for (const type of ["c5-standard-4", "h4d-standard-192", "n4d-highmem-8", "m3-ultramem-32", "c3-highmem-192-metal"])
      expect(isMachineType(type), type).to.equal(type !== "c3-highmem-192-metal");
  });

  it("boots a machine from a disk of a kind that it can have", () => {
    for (const type of [
      "e2-small",
      "n1-standard-1",
      "n2d-custom-2-4096",
      "c3-standard-4",
      "c3d-standard-4",
      "t2d-standard-1",
      "custom-2-4096",
    ])
      expect(bootDiskType(type), type).to.equal("pd-balanced");
    for (const type of ["n4-standard-2", "n4-custom-2-4096", "c4-standard-2", "c4d-standard-2", "c5-standard-2"])
      expect(bootDiskType(type), type).to.equal("hyperdisk-balanced");
  });
});
