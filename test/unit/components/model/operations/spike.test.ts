import { expect } from "chai";
import * as fc from "fast-check";
import { readStack } from "../../../../../components/model/read-stack";
import { openSpikes, poolsAt, stackAt } from "../../../../../components/model/operations/spike";
import type { Stack } from "../../../../../components/model/stack";
import { SOUND } from "../../../../support/sites/sound-stack";

const AT = { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: "Europe/Amsterdam" };
const DURING = "2026-11-27T12:00:00Z";

function stackWith(spikes: Record<string, object>, servers: Record<string, number> = { a: 2, b: 3 }): Stack {
  const { stack, problems } = readStack({ ...SOUND, pools: { web: { servers } }, spikes });
  if (stack === undefined) throw new Error(JSON.stringify(problems));
  return stack;
}

function serversAt(spikes: Record<string, object>, instant: string, servers?: Record<string, number>): unknown {
  return poolsAt(stackWith(spikes, servers), new Date(instant)).web?.servers;
}

describe("A spike", () => {
  it("asks for servers from its lead before the start until its end", () => {
    const spikes = { sale: { at: AT, lead: "45m", pools: { web: { times: 3 } } } };
    const [base, raised] = [
      { a: 2, b: 3 },
      { a: 6, b: 9 },
    ];
    expect(serversAt(spikes, "2026-11-27T06:14:59.999Z")).to.deep.equal(base);
    expect(serversAt(spikes, "2026-11-27T06:15:00Z")).to.deep.equal(raised);
    expect(serversAt(spikes, "2026-11-27T21:59:59.999Z")).to.deep.equal(raised);
    expect(serversAt(spikes, "2026-11-27T22:00:00Z")).to.deep.equal(base);
  });

  it("has a lead of 15 minutes, or none", () => {
    const pools = { web: { times: 2 } };
    expect(openSpikes(stackWith({ sale: { at: AT, pools } }), new Date("2026-11-27T06:45:00Z"))).to.deep.equal(["sale"]);
    expect(openSpikes(stackWith({ sale: { at: AT, pools } }), new Date("2026-11-27T06:44:59Z"))).to.deep.equal([]);
    const sharp = stackWith({ sale: { at: AT, lead: "0s", pools } });
    expect(openSpikes(sharp, new Date("2026-11-27T06:59:59Z"))).to.deep.equal([]);
    expect(openSpikes(sharp, new Date("2026-11-27T07:00:00Z"))).to.deep.equal(["sale"]);
  });

  it("multiplies what stands in each data center, rounded up, and leaves an empty one empty", () => {
    const servers = (times: number, base: Record<string, number>) =>
      serversAt({ sale: { at: AT, pools: { web: { times } } } }, DURING, base);
    expect(servers(1.5, { a: 1, b: 3 })).to.deep.equal({ a: 2, b: 5 });
    expect(servers(3, { a: 0, b: 1 })).to.deep.equal({ a: 0, b: 3 });
    expect(servers(1, { a: 2, b: 3 })).to.deep.equal({ a: 2, b: 3 });
    // 10 * 1.1 is 11.000000000000002 to a computer.
    expect(servers(1.1, { a: 10, b: 20 })).to.deep.equal({ a: 11, b: 22 });
  });

  it("or asks for so many in a data center, also in one where the pool has none", () => {
    const servers = (floor: Record<string, number>, base: Record<string, number>) =>
      serversAt({ sale: { at: AT, pools: { web: { servers: floor } } } }, DURING, base);
    expect(servers({ a: 6 }, { a: 2, b: 3 })).to.deep.equal({ a: 6, b: 3 });
    expect(servers({ a: 1, b: 0 }, { a: 2, b: 3 })).to.deep.equal({ a: 2, b: 3 });
    expect(servers({ b: 4 }, { a: 2 })).to.deep.equal({ a: 2, b: 4 });
  });

  it("does not add to another: in each data center the one that asks for most counts", () => {
    const spikes = {
      sale: { at: AT, pools: { web: { times: 2 } } },
      launch: { at: AT, pools: { web: { servers: { a: 3, b: 8 } } } },
      over: { at: { ...AT, end: "2026-11-27T09:00" }, pools: { web: { times: 50 } } },
    };
    expect(openSpikes(stackWith(spikes), new Date(DURING))).to.deep.equal(["sale", "launch"]);
    expect(serversAt(spikes, DURING)).to.deep.equal({ a: 4, b: 8 });
  });

  it("leaves all else of a pool, and other pools, as they are", () => {
    const read = readStack({
      ...SOUND,
      pools: { web: { servers: { a: 1 }, slowStart: "3s" }, api: { servers: { b: 2 } } },
      routes: [{ path: "/api/*", pool: "api" }, { pool: "web" }],
      spikes: { sale: { at: AT, pools: { web: { times: 4 } } } },
    });
    if (read.stack === undefined) throw new Error(JSON.stringify(read.problems));
    const { web, api } = read.stack.pools;
    // What a spike asks for is needed while it lasts.
    const pools = { web: { ...web, servers: { a: 4 }, minimumInMaintenance: 4 }, api };
    expect(stackAt(read.stack, new Date(DURING))).to.deep.equal({ ...read.stack, pools, spikes: {} });
  });

  it("has servers of its own that may be declared out; when its window is closed there is nothing to declare", () => {
    const { stack, problems } = readStack({
      ...SOUND,
      spikes: { sale: { at: AT, pools: { web: { times: 2 } } } },
      maintenance: [{ server: "web-a-1" }, { server: "web-a-4" }],
    });
    if (stack === undefined) throw new Error(JSON.stringify(problems));
    expect(stackAt(stack, new Date(DURING)).maintenance).to.deep.equal(stack.maintenance);
    expect(stackAt(stack, new Date("2026-12-01T00:00:00Z")).maintenance).to.deep.equal([{ server: "web-a-1" }]);
    const beyond = readStack({ ...SOUND, spikes: stack.spikes, maintenance: [{ server: "web-a-5" }] });
    expect(beyond.problems.map(({ path }) => path)).to.deep.equal(["maintenance[0].server"]);
    const allOut = ["web-a-1", "web-a-2", "web-b-1", "web-b-2"].map((server) => ({ server }));
    expect(readStack({ ...SOUND, spikes: stack.spikes, maintenance: allOut }).problems).to.deep.equal([
      { path: "maintenance", message: "declares every server of the pool web out; one of them must serve" },
    ]);
  });

  for (const [what, at, opens, closes] of [
    [
      "that starts where spring leaves out an hour",
      { start: "2026-03-29T02:30", end: "2026-03-29T04:00", timeZone: "Europe/Amsterdam" },
      ...["2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z"],
    ],
    [
      "that ends in the hour that comes twice",
      { start: "2026-11-01T00:30", end: "2026-11-01T01:30", timeZone: "America/New_York" },
      ...["2026-11-01T04:30:00Z", "2026-11-01T05:30:00Z"],
    ],
    [
      "on a leap day",
      { start: "2028-02-29T00:00", end: "2028-03-01T00:00", timeZone: "Europe/Amsterdam" },
      ...["2028-02-28T23:00:00Z", "2028-02-29T23:00:00Z"],
    ],
    [
      "over the end of a year",
      { start: "2026-12-31T22:00", end: "2027-01-01T02:00", timeZone: "America/New_York" },
      ...["2027-01-01T03:00:00Z", "2027-01-01T07:00:00Z"],
    ],
  ] as const) {
    it(`${what} opens and closes on time`, () => {
      const stack = stackWith({ sale: { at, lead: "0s", pools: { web: { times: 2 } } } });
      const openAt = (instant: number): boolean => openSpikes(stack, new Date(instant)).length === 1;
      expect([openAt(Date.parse(opens) - 1), openAt(Date.parse(opens))]).to.deep.equal([false, true]);
      expect([openAt(Date.parse(closes) - 1), openAt(Date.parse(closes))]).to.deep.equal([true, false]);
    });
  }

  const hour = fc.integer({ min: 10, max: 22 });
  const floor = fc.oneof(
    fc.record({ times: fc.double({ min: 1, max: 20, noNaN: true }) }),
    fc.record({ servers: fc.dictionary(fc.constantFrom("a", "b"), fc.integer({ min: 0, max: 200 }), { minKeys: 1 }) }),
  );
  const spike = fc.tuple(hour, fc.integer({ min: 1, max: 30 }), floor).map(([from, hours, web]) => ({
    at: { start: `2026-11-27T${from}:00`, end: `2026-11-${from + hours < 24 ? 27 : 28}T23:59`, timeZone: "Europe/Amsterdam" },
    pools: { web },
  }));
  const spikesOf = fc.dictionary(fc.constantFrom("one", "two", "three", "four"), spike);
  const instants = fc.date({ min: new Date("2026-11-27T06:00:00Z"), max: new Date("2026-11-29T00:00:00Z"), noInvalidDate: true });
  const base = fc.record({ a: fc.integer({ min: 0, max: 10 }), b: fc.integer({ min: 1, max: 10 }) });

  it("never leaves fewer servers than there are without it, and the highest of those that are open counts", () => {
    fc.assert(
      fc.property(spikesOf, instants, base, (spikes, instant, servers) => {
        const all = poolsAt(stackWith(spikes, servers), instant).web?.servers ?? {};
        const alone = Object.entries(spikes).map(
          ([name, one]) => poolsAt(stackWith({ [name]: one }, servers), instant).web?.servers ?? {},
        );
        for (const place of ["a", "b"] as const) {
          expect(all[place]).to.be.at.least(servers[place]);
          expect(all[place]).to.equal(Math.max(servers[place], ...alone.map((one) => one[place] ?? 0)));
        }
      }),
    );
  });

  it("counts wherever it stands among the others", () => {
    fc.assert(
      fc.property(spikesOf, instants, base, (spikes, instant, servers) => {
        const turned = Object.fromEntries(Object.entries(spikes).reverse());
        expect(poolsAt(stackWith(turned, servers), instant)).to.deep.equal(poolsAt(stackWith(spikes, servers), instant));
      }),
    );
  });
});
