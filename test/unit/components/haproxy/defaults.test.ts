import { expect } from "chai";
import * as fc from "fast-check";
import * as defaults from "../../../../components/haproxy/defaults";

const GIGABYTE = 1024 ** 3;

describe("The connections that a balancer may hold", () => {
  it("are no more than its memory and its open files allow", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_024, max: 1_048_576 }),
        fc.integer({ min: GIGABYTE / 4, max: 64 * GIGABYTE }),
        (files, memory) => {
          const connections = defaults.maxConnections(files, memory);
          expect(Number.isInteger(connections)).to.equal(true);
          // Each takes a file to the client and one to the server, and those of health questions come on top.
          expect((connections + defaults.RESERVED_CONNECTIONS) * 2).to.be.below(files);
          expect(connections * 48 * 1024).to.be.at.most(memory / 4);
        },
      ),
    );
  });

  it("are bounded by whichever is scarcer", () => {
    expect(defaults.maxConnections(4_096, 8 * GIGABYTE)).to.equal(1_692);
    expect(defaults.maxConnections(1_048_576, GIGABYTE / 4)).to.equal(1_365);
  });

  it("are enough where nothing is scarce, also without a limit of open files", () => {
    expect(defaults.maxConnections(Infinity, 64 * GIGABYTE)).to.equal(4_000);
  });

  it("are some even where everything is scarce", () => {
    expect(defaults.maxConnections(256, GIGABYTE / 64)).to.equal(100);
  });
});

describe("What is tried again", () => {
  it("is only what no server can have answered, by methods that are safe to repeat", () => {
    expect(defaults.RETRY_ON).to.have.members(["conn-failure", "empty-response", "junk-response", "0rtt-rejected"]);
    expect(defaults.SAFE_METHODS).to.have.members(["GET", "HEAD", "OPTIONS"]);
  });

  it("outruns as many servers as may die at once", () => {
    expect(defaults.RETRIES).to.be.at.least(3);
  });
});
