import { expect } from "chai";
import { maintenanceWarnings, outOf } from "../../../../../components/model/operations/maintenance";
import { readStack } from "../../../../../components/model/read-stack";
import { stackAt } from "../../../../../components/model/operations/spike";
import { type StackInput } from "../../../../../components/model/stack";

const stack = (maintenance: StackInput["maintenance"]): StackInput => ({
  site: { name: "shop" },
  dataCenters: { a: { provider: "local" }, b: { provider: "local" }, c: { provider: "local" } },
  loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
  pools: { web: { servers: { a: 1, b: 1, c: 1 } } },
  maintenance,
});

describe("Maintenance", () => {
  it("takes out a server, a balancer, or everything in a data center", () => {
    const out = (maintenance: StackInput["maintenance"]) => {
      const { stack: read } = readStack(stack(maintenance));
      const { balancers, servers } = outOf(read ?? expect.fail("it has problems"));
      return { balancers: [...balancers], servers: [...servers] };
    };
    expect(out([])).to.deep.equal({ balancers: [], servers: [] });
    expect(out([{ server: "web-a-1" }])).to.deep.equal({ balancers: [], servers: ["web-a-1"] });
    expect(out([{ balancer: "primary" }])).to.deep.equal({ balancers: ["primary"], servers: [] });
    expect(out([{ dataCenter: "b" }, { server: "web-c-1" }])).to.deep.equal({
      balancers: ["secondary"],
      servers: ["web-c-1", "web-b-1"],
    });
  });

  it("has each problem told: nothing of that name, two names in a line, nobody left", () => {
    const told = (maintenance: StackInput["maintenance"]) =>
      readStack(stack(maintenance)).problems.map(({ path, message }) => `${path}: ${message}`);
    expect(told([{ server: "web-a-2" }, { dataCenter: "d" }, {}, { balancer: "primary", server: "web-a-1" }])).to.deep.equal([
      "maintenance[0].server: is web-a-2, which is not one of the servers: web-a-1, web-b-1, web-c-1; did you mean web-a-1?",
      "maintenance[1].dataCenter: is d, which is not one of the data centers: a, b, c",
      "maintenance[2]: names nothing, but must name one of: balancer, server, dataCenter, pool",
      "maintenance[3]: names balancer and server, but must name one of: balancer, server, dataCenter, pool",
    ]);
    expect(told([{ dataCenter: "a" }, { balancer: "secondary" }])).to.deep.equal([
      "maintenance: declares both load balancers out; one of them must carry the site",
    ]);
    expect(told([{ server: "web-a-1" }, { server: "web-b-1" }, { server: "web-c-1" }])).to.deep.equal([
      "maintenance: declares every server of the pool web out; one of them must serve",
    ]);
  });
});

describe("A pool that is declared out", () => {
  it("stands whole, and needs nobody to serve it", () => {
    const { stack: read } = readStack(
      stack([{ pool: "web" }, { dataCenter: "a" }, { server: "web-b-1" }, { server: "web-c-1" }]),
    );
    const { servers, pools } = outOf(read ?? expect.fail("it has problems"));
    expect([...pools]).to.deep.equal(["web"]);
    expect([...servers]).to.have.members(["web-a-1", "web-b-1", "web-c-1"]);
    expect(maintenanceWarnings(read ?? expect.fail())).to.deep.equal([]);
  });

  it("must be one of the pools", () => {
    expect(readStack(stack([{ pool: "webb" }])).problems).to.deep.equal([
      { path: "maintenance[0].pool", message: "is webb, which is not one of the pools: web; did you mean web?" },
    ]);
  });
});

describe("A maintenance that leaves a pool too few servers", () => {
  const warnings = (
    servers: Record<string, number>,
    maintenance: StackInput["maintenance"],
    {
      minimumInMaintenance,
      spikes,
      at = "2026-11-27T12:00:00Z",
    }: { minimumInMaintenance?: number; spikes?: StackInput["spikes"]; at?: string } = {},
  ): string[] => {
    const { stack: read, problems } = readStack({
      ...stack(maintenance),
      pools: { web: { servers, minimumInMaintenance } },
      spikes,
    });
    return maintenanceWarnings(stackAt(read ?? expect.fail(JSON.stringify(problems)), new Date(at)));
  };
  const sale = {
    sale: {
      at: { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: "Europe/Amsterdam" },
      pools: { web: { times: 2 } },
    },
  };

  it("is warned of: the share of a data center that is out moves to the others, and half of a pool is what it needs", () => {
    expect(warnings({ a: 2, b: 2, c: 2 }, [{ dataCenter: "c" }])).to.deep.equal([]);
    expect(warnings({ a: 2, b: 2 }, [{ dataCenter: "a" }])).to.deep.equal([]);
    expect(warnings({ a: 4, b: 1 }, [{ dataCenter: "a" }])).to.deep.equal([
      "maintenance leaves the pool web 1 of its 5 servers, and it needs 3 (half of them): each has 5 times its share meanwhile",
    ]);
  });

  it("is warned of by what the pool states that it needs", () => {
    expect(warnings({ a: 4, b: 1 }, [{ dataCenter: "a" }], { minimumInMaintenance: 1 })).to.deep.equal([]);
    expect(warnings({ a: 2, b: 2, c: 2 }, [{ dataCenter: "c" }], { minimumInMaintenance: 5 })).to.deep.equal([
      "maintenance leaves the pool web 4 of its 6 servers, and it needs 5 (pools.web.minimumInMaintenance): each has 1.5 times its share meanwhile",
    ]);
  });

  it("is not warned of where nothing is out, whatever a pool needs", () => {
    expect(warnings({ a: 4, b: 1 }, [], { minimumInMaintenance: 5 })).to.deep.equal([]);
  });

  it("is warned of in a spike, in which all that it asks for is needed", () => {
    expect(warnings({ a: 2, b: 2, c: 2 }, [{ dataCenter: "c" }], { spikes: sale })).to.have.length(1);
    expect(warnings({ a: 2, b: 2, c: 2 }, [{ dataCenter: "c" }], { spikes: sale, at: "2026-11-28T12:00:00Z" })).to.deep.equal([]);
  });

  it("can't be asked for: a pool does not need more servers than it has", () => {
    const { problems } = readStack({ ...stack([]), pools: { web: { servers: { a: 1, b: 1 }, minimumInMaintenance: 3 } } });
    expect(problems).to.deep.equal([{ path: "pools.web.minimumInMaintenance", message: "is 3, but the pool has 2 servers" }]);
  });
});

describe("A data center of existing servers", () => {
  it("lists an address for each of its servers, and holds no balancer", () => {
    const told = (changes: StackInput) =>
      readStack({ ...stack([]), ...changes }).problems.map(({ path, message }) => `${path}: ${message}`);
    const places = { a: { provider: "local" as const }, b: { provider: "local" as const } };
    const rack = { provider: "existing" as const, addresses: { web: ["192.0.2.10:80"] } };
    const pools = (count: number) => ({ web: { servers: { a: 1, rack: count } } });
    expect(told({ dataCenters: { ...places, rack }, pools: pools(1) })).to.deep.equal([]);
    expect(told({ dataCenters: { ...places, rack }, pools: pools(2) })).to.deep.equal([
      "pools.web.servers.rack: is 2, but dataCenters.rack.addresses.web lists 1",
    ]);
    expect(
      told({
        dataCenters: { ...places, rack },
        pools: pools(1),
        loadBalancers: { primary: { in: "a" }, secondary: { in: "rack" } },
      }),
    ).to.deep.equal(["loadBalancers.secondary.in: is rack, which only lists servers that exist; a balancer needs another"]);
    expect(
      told({
        dataCenters: { ...places, rack: { provider: "existing", addresses: { web: ["shop.example.com"] } } },
        pools: pools(1),
      }),
    ).to.include(
      "dataCenters.rack.addresses.web[0]: is shop.example.com, but must be an IP address and port, such as 192.0.2.10:80",
    );
  });
});
