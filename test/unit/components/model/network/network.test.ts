import { expect } from "chai";
import * as fc from "fast-check";
import { isBlock, isWithin, overlap, prefixLength } from "../../../../../components/model/network/cidr";
import { networkOf } from "../../../../../components/model/network/network";
import { problemsWithPlaces } from "../clouds/cloud-stack";

const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,29}$/);

describe("The network of a data center", () => {
  it("follows from its name and the stack's, and is the same for ever: another would replace every machine in it", () => {
    expect(["virginia", "iowa", "amsterdam", "a", "b"].map((name) => networkOf("production", name))).to.deep.equal([
      "10.51.144.0/20",
      "10.35.64.0/20",
      "10.45.80.0/20",
      "10.27.208.0/20",
      "10.16.144.0/20",
    ]);
  });

  it("is a block of 4096 addresses from 10.16.0.0 to 10.99.255.255, whatever the name", () => {
    fc.assert(
      fc.property(fc.oneof(names, fc.string()), (name) => {
        const network = networkOf("", name);
        expect(isBlock(network), network).to.equal(true);
        expect(prefixLength(network)).to.equal(20);
        expect(isWithin(network, "10.0.0.0/8")).to.equal(true);
        const [, second] = network.split(".").map(Number);
        expect(second).to.be.within(16, 99);
        expect(networkOf("", name)).to.equal(network);
      }),
    );
  });

  it("is none that DigitalOcean keeps for itself or gives to its own networks", () => {
    const kept = ["10.10.0.0/16", "10.229.0.0/16", "10.244.0.0/16", "10.245.0.0/16", "10.246.0.0/16"];
    const given = Array.from({ length: 41 }, (_, i) => `10.${100 + i}.0.0/16`);
    for (let i = 0; i < 1000; i++) {
      const network = networkOf("", `place-${i}`);
      expect([...kept, ...given].filter((block) => overlap(block, network))).to.deep.equal([]);
    }
  });

  it("may be any of them, each about as often as another", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 84 * 16 * 10; i++) {
      const network = networkOf("", `place-${i}`);
      counts.set(network, (counts.get(network) ?? 0) + 1);
    }
    expect(counts.size).to.be.within(1340, 84 * 16);
    expect(Math.max(...counts.values())).to.be.below(30);
  });

  it("is one that a stack may state", () => {
    fc.assert(
      fc.property(names, (name) => {
        const others = { iowa: { network: "192.168.0.0/24" }, amsterdam: { network: "192.168.1.0/24" } };
        expect(problemsWithPlaces({ ...others, virginia: { network: networkOf("", name) } })).to.deep.equal([]);
      }),
    );
  });
});
