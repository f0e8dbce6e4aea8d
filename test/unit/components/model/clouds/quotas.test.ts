import { expect } from "chai";
import { quotasOf } from "../../../../../components/model/clouds/quotas";
import { stackAt } from "../../../../../components/model/operations/spike";
import { catalogues, IN_CLOUDS, stackInClouds } from "./cloud-stack";

describe("What a stack asks of its clouds", () => {
  it("is counted by data center: machines, their vCPUs, and an address for each balancer", () => {
    expect(quotasOf(stackInClouds(), catalogues)).to.deep.equal({
      amsterdam: { machines: 1, machinesInADeploy: 2, vcpus: 2, staticAddresses: 0 },
      iowa: { machines: 3, machinesInADeploy: 4, vcpus: 6, staticAddresses: 1 },
      virginia: { machines: 3, machinesInADeploy: 4, vcpus: 6, staticAddresses: 1 },
    });
  });

  it("counts every pool and each size, by the data center's own words", () => {
    const { app } = IN_CLOUDS.pools.web;
    const stack = stackInClouds({
      dataCenters: { ...IN_CLOUDS.dataCenters, iowa: { ...IN_CLOUDS.dataCenters.iowa, sizes: { small: "m5.xlarge" } } },
      loadBalancers: { primary: { in: "virginia", size: "large" }, secondary: { in: "iowa", size: "small" } },
      pools: {
        web: { servers: { virginia: 3, iowa: 2 }, app },
        api: { servers: { iowa: 1, amsterdam: 0 }, app, size: "medium" },
      },
      routes: [{ path: "/api/*", pool: "api" }, { pool: "web" }],
    });
    expect(quotasOf(stack, catalogues)).to.deep.equal({
      amsterdam: { machines: 0, machinesInADeploy: 0, vcpus: 0, staticAddresses: 0 },
      iowa: { machines: 4, machinesInADeploy: 6, vcpus: 4 + 2 * 4 + 2, staticAddresses: 1 },
      virginia: { machines: 4, machinesInADeploy: 5, vcpus: 4 + 3 * 2, staticAddresses: 1 },
    });
  });

  it("says of how many machines the type does not tell", () => {
    const dataCenters = {
      ...IN_CLOUDS.dataCenters,
      iowa: { provider: "gcp", region: "us-central1", sizes: { small: "m5.metal" } },
    };
    expect(quotasOf(stackInClouds({ dataCenters }), catalogues).iowa).to.deep.equal({
      machines: 3,
      machinesInADeploy: 4,
      vcpus: 2,
      unknownVcpus: 2,
      staticAddresses: 1,
    });
  });

  it("is more in a spike", () => {
    const at = { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: "Europe/Amsterdam" };
    const stack = stackInClouds({ spikes: { sale: { at, pools: { web: { times: 3 } } } } });
    expect(quotasOf(stackAt(stack, new Date("2026-11-27T12:00:00Z")), catalogues).amsterdam).to.deep.equal({
      machines: 3,
      machinesInADeploy: 4,
      vcpus: 6,
      staticAddresses: 0,
    });
  });

  it("is nothing where no machine is made, nor where nothing is known of the cloud", () => {
    const rack = { provider: "existing", addresses: { web: ["192.0.2.10:80"] } };
    const stack = stackInClouds({
      dataCenters: { ...IN_CLOUDS.dataCenters, rack },
      pools: { web: { ...IN_CLOUDS.pools.web, servers: { rack: 1, iowa: 1 } } },
    });
    expect(Object.keys(quotasOf(stack, catalogues))).to.deep.equal(["amsterdam", "iowa", "virginia"]);
    const gcpAlone = (provider: string) => (provider === "gcp" ? catalogues(provider) : undefined);
    expect(Object.keys(quotasOf(stack, gcpAlone))).to.deep.equal(["iowa"]);
    // Every object of JavaScript has something of that name, but it is no number of servers.
    const dataCenters = { ...IN_CLOUDS.dataCenters, constructor: { provider: "aws", region: "us-west-2" } };
    expect(quotasOf(stackInClouds({ dataCenters }), catalogues).constructor).to.deep.equal({
      machines: 0,
      machinesInADeploy: 0,
      vcpus: 0,
      staticAddresses: 0,
    });
  });
});
