import { Region } from "@pulumi/aws/types/enums";
import { InstanceType } from "@pulumi/aws/types/enums/ec2";
import { expect } from "chai";
import * as fc from "fast-check";
import { catalogue } from "../../../../../components/clouds/aws";
import { architectureOf } from "../../../../../components/clouds/aws/catalogue";
import { SIZE_NAMES } from "../../../../../components/model/clouds/catalogue";

describe("The catalogue of AWS", () => {
  it("has the SDK's regions and machine types, each once", () => {
    expect(catalogue.regions).to.have.members(Object.values(Region));
    expect(catalogue.machineTypes).to.have.members([...new Set(Object.values(InstanceType))]);
    expect(new Set(catalogue.machineTypes).size).to.equal(catalogue.machineTypes.length);
  });

  it("knows the zones that a region can have", () => {
    expect(catalogue.zonesOf("eu-west-1")).to.deep.equal(["a", "b", "c", "d", "e", "f"].map((letter) => `eu-west-1${letter}`));
  });

  it("has for each size a machine type of that size", () => {
    for (const size of SIZE_NAMES) expect(catalogue.machineTypes).to.include(catalogue.sizes[size]);
    expect(SIZE_NAMES.map((size) => catalogue.machine(catalogue.sizes[size]))).to.deep.equal([
      { vcpus: 2, memory: 2048 },
      { vcpus: 2, memory: 4096 },
      { vcpus: 4, memory: 16_384 },
    ]);
  });

  it("takes what the SDK lists, and what may have come after its list", () => {
    for (const type of catalogue.machineTypes) expect(catalogue.isMachineType(type), type).to.equal(true);
    for (const type of ["m10i.large", "m9i.2xlarge", "c10g.metal-48xl"])
      expect(catalogue.isMachineType(type), type).to.equal(true);
  });

  it("refuses what is no machine type", () => {
    const slips = [
      "t3.smal",
      "t3small",
      "t9.huge",
      "t4.small",
      "m99i.large",
      "qq7.large",
      "T3.small",
      "s-2vcpu-2gb",
      "e2-small",
      "",
    ];
    for (const type of slips) expect(catalogue.isMachineType(type), type).to.equal(false);
  });

  // From AWS's own list of instance types (ec2:DescribeInstanceTypes).
  const MACHINES: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ["t2.micro", 1, 1024],
    ["t2.medium", 2, 4096],
    ["t3.nano", 2, 512],
    ["t3a.xlarge", 4, 16_384],
    ["t4g.2xlarge", 8, 32_768],
    ["m7g.medium", 1, 4096],
    ["m5.large", 2, 8192],
    ["c7i-flex.2xlarge", 8, 16_384],
    ["r6i.24xlarge", 96, 786_432],
    ["m7i.metal-24xl", 96, 393_216],
    ["c5n.large", 2, undefined],
    ["i4i.xlarge", 4, undefined],
    ["g4dn.12xlarge", 48, undefined],
    ["c5.metal", undefined, undefined],
    ["c4.8xlarge", undefined, undefined],
    ["m2.xlarge", undefined, undefined],
    ["hpc7a.12xlarge", undefined, undefined],
    ["nonsense", undefined, undefined],
  ];
  for (const [type, vcpus, memory] of MACHINES) {
    it(`tells of ${type} what it holds as far as that is sure`, () => {
      const { vcpus: cpus, memory: mib } = catalogue.machine(type);
      expect([cpus, mib]).to.deep.equal([vcpus, memory]);
    });
  }

  it("tells sizes that are whole and positive, or nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...catalogue.machineTypes), fc.string()), (type) => {
        for (const amount of Object.values(catalogue.machine(type)))
          if (amount !== undefined) expect(Number.isInteger(amount) && amount > 0, type).to.equal(true);
      }),
    );
  });

  it("tells processors of ARM by the family", () => {
    for (const type of [
      "a1.medium",
      "t4g.small",
      "c7gn.large",
      "m8gd.large",
      "im4gn.large",
      "is4gen.medium",
      "g5g.xlarge",
      "hpc7g.4xlarge",
    ])
      expect(architectureOf(type), type).to.equal("arm64");
    for (const type of ["t3.small", "g4dn.xlarge", "g6.xlarge", "gr6.4xlarge", "m7i-flex.large", "c7a.large", "p5e.48xlarge"])
      expect(architectureOf(type), type).to.equal("amd64");
  });
});
