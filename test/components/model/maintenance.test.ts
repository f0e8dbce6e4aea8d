import { expect } from "chai";
import { outOf } from "../../../components/model/maintenance";
import { readStack } from "../../../components/model/read-stack";
import { type StackInput } from "../../../components/model/stack";

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
      "maintenance[2]: names nothing, but must name one of: balancer, server, dataCenter",
      "maintenance[3]: names balancer and server, but must name one of: balancer, server, dataCenter",
    ]);
    expect(told([{ dataCenter: "a" }, { balancer: "secondary" }])).to.deep.equal([
      "maintenance: declares both load balancers out; one of them must carry the site",
    ]);
    expect(told([{ server: "web-a-1" }, { server: "web-b-1" }, { server: "web-c-1" }])).to.deep.equal([
      "maintenance: declares every server of the pool web out; one of them must serve",
    ]);
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
