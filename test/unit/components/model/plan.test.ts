import { expect } from "chai";
import * as fc from "fast-check";
import { plannedServers, sortedEntries } from "../../../../components/model/plan";
import { readStack } from "../../../../components/model/read-stack";

const name = fc.stringMatching(/^[a-c][a-c0-1]{0,3}$/);
const pools = fc.dictionary(
  name,
  fc.record(
    { servers: fc.dictionary(name, fc.integer({ min: 0, max: 12 }), { noNullPrototype: true }) },
    { noNullPrototype: true },
  ),
  { noNullPrototype: true },
);
type Pools = Parameters<typeof plannedServers>[0];

/** The same, with the keys of every map the other way round. */
function reversed(from: Pools): Pools {
  const turned = <Value>(record: Readonly<Record<string, Value>>) => Object.fromEntries(Object.entries(record).reverse());
  return turned(Object.fromEntries(Object.entries(from).map(([key, { servers }]) => [key, { servers: turned(servers) }])));
}

const namesIn = (from: Pools): string[] => plannedServers(from).map(({ name }) => name);

describe("The planned servers", () => {
  it("are named by pool, data center and number, and stand in the order of their names", () => {
    expect(plannedServers({ web: { servers: { b: 1, a: 2 } }, api: { servers: { a: 1 } } })).to.deep.equal([
      { name: "api-a-1", pool: "api", dataCenter: "a", ordinal: 1 },
      { name: "web-a-1", pool: "web", dataCenter: "a", ordinal: 1 },
      { name: "web-a-2", pool: "web", dataCenter: "a", ordinal: 2 },
      { name: "web-b-1", pool: "web", dataCenter: "b", ordinal: 1 },
    ]);
  });

  it("are as many in each pool and data center as the stack says", () => {
    fc.assert(
      fc.property(pools, (some) => {
        const planned = plannedServers(some);
        for (const [pool, { servers }] of Object.entries(some)) {
          for (const [place, count] of Object.entries(servers)) {
            expect(planned.filter((server) => server.pool === pool && server.dataCenter === place)).to.have.length(count);
          }
        }
        const all = Object.values(some).flatMap(({ servers }) => Object.values(servers));
        expect(planned).to.have.length(all.reduce((sum, count) => sum + count, 0));
      }),
    );
  });

  it("have names of their own", () => {
    fc.assert(
      fc.property(pools, (some) => {
        expect(namesIn(some)).to.have.length(new Set(namesIn(some)).size);
      }),
    );
  });

  it("have names of their own in every stack that is accepted, hyphens or not", () => {
    const hyphened = fc.constantFrom("web", "web-a", "a", "b", "a-b", "web-a-b");
    const servers = fc.dictionary(hyphened, fc.integer({ min: 0, max: 3 }), { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(fc.dictionary(hyphened, servers, { minKeys: 1, noNullPrototype: true }), (all) => {
        const { stack } = readStack({
          site: { name: "shop" },
          dataCenters: Object.fromEntries(
            ["web", "web-a", "a", "b", "a-b", "web-a-b"].map((place) => [place, { provider: "local" }]),
          ),
          loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
          pools: Object.fromEntries(Object.entries(all).map(([pool, count]) => [pool, { servers: count }])),
        });
        if (stack === undefined) return;
        const names = namesIn(stack.pools);
        expect(names).to.have.length(new Set(names).size);
      }),
    );
  });

  it("do not depend on the order of the keys in the stack file", () => {
    fc.assert(
      fc.property(pools, (some) => {
        expect(plannedServers(reversed(some))).to.deep.equal(plannedServers(some));
      }),
    );
  });

  it("of a pool that shrinks are all there but the highest numbers, and those of others are untouched", () => {
    fc.assert(
      fc.property(pools, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (others, one, two) => {
        const [few, many] = [Math.min(one, two), Math.max(one, two)];
        const of = (count: number): Pools => ({ ...others, shop: { servers: { here: count, there: 3 } } });
        const left = new Set(namesIn(of(few)));
        const gone = namesIn(of(many)).filter((server) => !left.has(server));
        expect(gone).to.deep.equal(Array.from({ length: many - few }, (_, i) => `shop-here-${few + i + 1}`));
        expect(namesIn(of(many))).to.include.members([...left]);
      }),
    );
  });
});

describe("The entries of a record", () => {
  it("come in the order of their names, numbers as numbers", () => {
    expect(sortedEntries({ "web-10": 1, "web-9": 2, api: 3 })).to.deep.equal([
      ["api", 3],
      ["web-9", 2],
      ["web-10", 1],
    ]);
  });
});
