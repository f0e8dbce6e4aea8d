import { BalancedDeployment, httpCheck } from "evenkeel";
import { LocalDataCenter, LocalFront } from "evenkeel/local";

const site = new BalancedDeployment("bakery", {
  dataCenters: { north: new LocalDataCenter("north"), south: new LocalDataCenter("south") },
  loadBalancers: { primary: { in: "north" }, secondary: { in: "south" } },
  pools: {
    // Without `app` the servers run the sample site.
    web: { servers: { north: 2, south: 1 }, healthCheck: httpCheck("/healthz", { interval: "1s" }) },
  },
  failover: new LocalFront(),
});

export const url = site.url;
