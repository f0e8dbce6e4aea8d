import { DropletSlug, Region } from "@pulumi/digitalocean/types/enums";
import { expect } from "chai";
import * as fc from "fast-check";
import { catalogue } from "../../../../../components/clouds/digitalocean";
import { SIZE_NAMES } from "../../../../../components/model/clouds/catalogue";

const { regions, sizes, machineTypes } = catalogue;

describe("What DigitalOcean offers", () => {
  it("has every region and machine type that the SDK lists, once", () => {
    expect(regions).to.include.members(Object.values(Region));
    expect(machineTypes).to.have.members([...new Set(Object.values(DropletSlug))]);
    for (const names of [regions, machineTypes]) expect(new Set(names).size).to.equal(names.length);
  });

  it("has a region that is newer than the SDK's list", () => {
    expect(regions).to.include("atl1");
    expect(regions).to.not.include("nyc4");
  });

  it("has no zones", () => {
    for (const region of regions) expect(catalogue.zonesOf(region)).to.deep.equal([]);
  });

  it("maps each size to a machine type of what the size means", () => {
    expect(Object.keys(sizes)).to.have.members([...SIZE_NAMES]);
    for (const type of Object.values(sizes)) expect(machineTypes).to.include(type);
    expect(catalogue.machine(sizes.small)).to.deep.equal({ vcpus: 2, memory: 2048 });
    expect(catalogue.machine(sizes.medium)).to.deep.equal({ vcpus: 2, memory: 4096 });
    expect(catalogue.machine(sizes.large)).to.deep.equal({ vcpus: 4, memory: 16_384 });
  });

  it("knows a size on hardware that is newer than the SDK's list", () => {
    for (const type of machineTypes) expect(catalogue.isMachineType(type), type).to.equal(true);
    for (const type of ["g-2vcpu-8gb-amd", "s-2vcpu-4gb-90gb-amd"]) {
      expect(machineTypes).to.not.include(type);
      expect(catalogue.isMachineType(type), type).to.equal(true);
    }
  });

  it("takes no slip for a machine type", () => {
    const slips = [
      "",
      "small",
      "s-2vcpu",
      "s-2vcpu-2g",
      "s-2vcpu-3gb",
      "s-2vcpu-2gb-arm",
      "s-2vcpu-2gb ",
      "S-2VCPU-2GB",
      "t3.small",
    ];
    for (const type of slips) expect(catalogue.isMachineType(type), type).to.equal(false);
  });

  it("reads vCPUs and memory from a machine type's name", () => {
    expect(catalogue.machine("s-1vcpu-512mb-10gb")).to.deep.equal({ vcpus: 1, memory: 512 });
    expect(catalogue.machine("so1_5-24vcpu-192gb-intel")).to.deep.equal({ vcpus: 24, memory: 196_608 });
    expect(catalogue.machine("c-4")).to.deep.equal({ vcpus: 4, memory: 8192 });
    expect(catalogue.machine("c-60-intel")).to.deep.equal({ vcpus: 60, memory: 122_880 });
    const part = fc.integer({ min: 1, max: 512 });
    const hardware = fc.constantFrom("", "-intel", "-amd", "-120gb-intel");
    fc.assert(
      fc.property(fc.constantFrom("s", "g", "gd", "so1_5"), part, part, hardware, (family, vcpus, gigabytes, suffix) => {
        const read = catalogue.machine(`${family}-${vcpus}vcpu-${gigabytes}gb${suffix}`);
        expect(read).to.deep.equal({ vcpus, memory: gigabytes * 1024 });
      }),
    );
  });

  it("says nothing of a machine type whose name tells nothing", () => {
    // What the last one tells is the memory of its graphics processor.
    for (const type of ["16gb", "512mb", "gpu-h100x1-80gb"]) {
      expect(catalogue.isMachineType(type), type).to.equal(true);
      expect(catalogue.machine(type), type).to.deep.equal({});
    }
    const silent = machineTypes.filter((type) => catalogue.machine(type).vcpus === undefined);
    expect(silent.filter((type) => !/^(\d+[gm]b|gpu-.*)$/.test(type))).to.deep.equal([]);
  });
});
