import { expect } from "chai";
import * as fc from "fast-check";
import {
  afterBatch,
  batchesLeft,
  type Fleet,
  nextBatch,
  surgeOf,
  surgesOf,
} from "../../../../../components/model/operations/batches";
import { plannedServers } from "../../../../../components/model/plan";

const asked = plannedServers({ api: { servers: { b: 1 } }, web: { servers: { a: 4, b: 2 } } });
const all = asked.map(({ name }) => name);
const fleet = (outdated: readonly string[], unfinished: readonly string[] = []): Fleet => ({
  asked,
  outdated: new Set(outdated),
  unfinished: new Set(unfinished),
});

const surge = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
);
const fleets = fc
  .record({ a: fc.integer({ min: 0, max: 6 }), b: fc.integer({ min: 0, max: 6 }), api: fc.integer({ min: 1, max: 3 }) })
  .chain(({ a, b, api }) => {
    const servers = plannedServers({ web: { servers: { a, b } }, api: { servers: { a: api } } });
    const some = fc.subarray(servers.map(({ name }) => name));
    return fc
      .record({ outdated: some, unfinished: some })
      .map((names): Fleet => ({ asked: servers, outdated: new Set(names.outdated), unfinished: new Set(names.unfinished) }));
  });

/** How many of these servers stand in each pool and data center. */
function counted(servers: Fleet["asked"], names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name, pool, dataCenter } of servers) {
    if (names.includes(name)) counts[`${pool} ${dataCenter}`] = (counts[`${pool} ${dataCenter}`] ?? 0) + 1;
  }
  return counts;
}

describe("The batches of a deploy", () => {
  it("take from every pool and data center at once, as many as maxSurge says", () => {
    expect(batchesLeft(fleet(all), 1).map(({ takes }) => takes)).to.deep.equal([
      ["api-b-1", "web-a-1", "web-b-1"],
      ["web-a-2", "web-b-2"],
      ["web-a-3"],
      ["web-a-4"],
    ]);
    expect(batchesLeft(fleet(all), "50%").map(({ takes }) => takes)).to.deep.equal([
      ["api-b-1", "web-a-1", "web-a-2", "web-b-1"],
      ["web-a-3", "web-a-4", "web-b-2"],
    ]);
  });

  it("are none where nothing is to be replaced", () => {
    expect(nextBatch(fleet([]), 1)).to.equal(undefined);
  });

  it("ask that those servers of the pools be up which have it already, and none of other pools", () => {
    expect(nextBatch(fleet(["web-a-3", "web-a-4", "web-b-2"]), 1)).to.deep.equal({
      takes: ["web-a-3", "web-b-2"],
      proven: ["web-a-1", "web-a-2", "web-b-1"],
    });
  });

  it("begin by finishing one that was cut off", () => {
    expect(nextBatch(fleet(["web-a-2", "web-a-3"], ["web-a-1"]), 1)).to.deep.include({ takes: [] });
  });

  it("begin by replacing again what one left that was cut off, when the stack asks for something else now", () => {
    expect(nextBatch(fleet(all, ["web-a-1"]), 1)?.takes).to.deep.equal(["web-a-1"]);
  });

  it("never add more than maxSurge, replace only what is outdated, once, and come to an end, from wherever they start", () => {
    fc.assert(
      fc.property(fleets, surge, (start, maxSurge) => {
        let now = start;
        const taken: string[] = [];
        for (let batch = nextBatch(now, maxSurge); batch !== undefined; batch = nextBatch(now, maxSurge)) {
          // What a batch that was cut off has left is itself no more than a batch; it is not added to.
          const sizes = counted(start.asked, now.unfinished.size > 0 ? [] : batch.takes);
          const numbers = counted(
            start.asked,
            start.asked.map(({ name }) => name),
          );
          for (const [group, size] of Object.entries(sizes)) expect(size).to.be.at.most(surgeOf(maxSurge, numbers[group] ?? 0));
          expect(batch.takes.every((name) => now.outdated.has(name))).to.equal(true);
          expect(batch.proven.some((name) => now.outdated.has(name))).to.equal(false);
          taken.push(...batch.takes);
          now = afterBatch(now, batch);
        }
        expect(taken.sort()).to.deep.equal([...start.outdated].sort());
      }),
    );
  });

  it("end the same way from wherever they were cut off: what has been taken is not taken again", () => {
    fc.assert(
      fc.property(fleets, surge, fc.nat(), (start, maxSurge, cut) => {
        const batches = batchesLeft(start, maxSurge);
        const done = cut % (batches.length + 1);
        const middle = batches.slice(0, done).reduce(afterBatch, start);
        expect(batchesLeft(middle, maxSurge)).to.deep.equal(batches.slice(done));
      }),
    );
  });
});

describe("A surge", () => {
  it("is a number of servers, or a share that is rounded up", () => {
    expect(surgeOf(3, 10)).to.equal(3);
    expect(["1%", "25%", "26%", "100%"].map((share) => surgeOf(share, 4))).to.deep.equal([1, 1, 2, 4]);
  });

  it("of a data center is that of all of its pools, and at most what they have", () => {
    const surges = surgesOf({ web: { servers: { a: 8, b: 1 } }, api: { servers: { a: 1 } } }, 2);
    expect(Object.fromEntries(surges)).to.deep.equal({ a: 3, b: 1 });
  });
});
