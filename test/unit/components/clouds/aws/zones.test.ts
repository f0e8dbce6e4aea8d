import { expect } from "chai";
import { catalogue } from "../../../../../components/clouds/aws";
import { isWithin, overlap } from "../../../../../components/model/network/cidr";
import { inVirginia, type Made } from "./virginia";

const ZONES = catalogue.zonesOf("us-east-1");

/** Zone and block of each subnet, by its name. */
function subnets({ inputs }: Made<unknown>): Record<string, { zone: unknown; block: string; ipv6: unknown }> {
  const own = Object.entries(inputs).filter(([label]) => label.startsWith("Subnet "));
  return Object.fromEntries(
    own.map(([label, { availabilityZone, cidrBlock, ipv6CidrBlock }]) => [
      label.slice("Subnet virginia-".length),
      { zone: availabilityZone, block: cidrBlock as string, ipv6: ipv6CidrBlock },
    ]),
  );
}

describe("The zones of a data center of AWS", () => {
  it("are the first two by name of those that everybody may use", async () => {
    const made = await inVirginia(() => undefined);
    expect(Object.values(subnets(made)).map(({ zone }) => zone)).to.deep.equal(["us-east-1a", "us-east-1b"]);
    const [[, args] = []] = made.asked;
    expect(args).to.deep.equal({
      region: "us-east-1",
      state: "available",
      filters: [
        { name: "opt-in-status", values: ["opt-in-not-required"] },
        { name: "zone-type", values: ["availability-zone"] },
      ],
    });
  });

  it("stay where they are when AWS has another first one", async () => {
    const { options } = await inVirginia(() => undefined);
    for (const name of ["1", "2"]) expect(options[`Subnet virginia-${name}`]?.ignoreChanges).to.deep.equal(["availabilityZone"]);
  });

  it("are the stack's when it names some, and AWS is not asked", async () => {
    const made = await inVirginia(() => undefined, { zones: ["us-east-1c", "us-east-1a"] });
    expect(Object.entries(subnets(made)).map(([name, { zone }]) => [name, zone])).to.deep.equal([
      ["us-east-1c", "us-east-1c"],
      ["us-east-1a", "us-east-1a"],
    ]);
    expect(made.asked).to.deep.equal([]);
    expect(made.options["Subnet virginia-us-east-1c"]?.ignoreChanges).to.deep.equal([]);
  });

  it("take turns with machines, whose first is that of the balancer", async () => {
    const zones = ["us-east-1d", "us-east-1a", "us-east-1b"];
    const { inputs } = await inVirginia(({ server, balancer }) => [[1, 2, 3, 4].map((ordinal) => server(ordinal)), balancer()], {
      zones,
    });
    const zoneOf = (name: string): unknown => inputs[`Instance ${name}`]?.subnetId;
    expect([1, 2, 3, 4].map((ordinal) => zoneOf(`web-virginia-${ordinal}`))).to.deep.equal(
      ["d", "a", "b", "d"].map((letter) => `virginia-us-east-1${letter}-id`),
    );
    expect(zoneOf("shop-primary")).to.equal("virginia-us-east-1d-id");
  });

  it("have each a part of the network that no other ever has, whatever else is named", async () => {
    const network = "10.20.0.0/20";
    const of = async (zones?: string[]) => subnets(await inVirginia(() => undefined, { zones, network }));
    const all = await of([...ZONES]);
    expect(await of([...ZONES].reverse())).to.deep.equal(all);
    expect(await of(["us-east-1c"])).to.deep.equal({ "us-east-1c": all["us-east-1c"] });

    const parts = Object.values({ ...all, ...(await of()) });
    expect(parts).to.have.lengthOf(ZONES.length + 2);
    expect(new Set(parts.map(({ ipv6 }) => ipv6)).size).to.equal(parts.length);
    for (const [i, { block }] of parts.entries()) {
      expect(isWithin(block, network)).to.equal(true);
      for (const other of parts.slice(0, i)) expect(overlap(block, other.block)).to.equal(false);
    }
  });

  it("are refused when the region has none such", async () => {
    const { result } = await inVirginia(async () => {
      try {
        await inVirginia(() => undefined, { zones: ["us-east-1z"] });
        return "nothing was refused";
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(result).to.equal(`virginia: us-east-1z is not a zone of us-east-1, such as ${ZONES.join(", ")}`);
  });
});
