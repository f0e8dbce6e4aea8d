import type { StackInput } from "../../../components/model/stack";

/** A small stack over all three clouds, its balancers in two of them; a test changes what it is about. */
export function threeClouds(change: Partial<StackInput> = {}): StackInput {
  return {
    site: { name: "shop", domain: "shop.example.com" },
    dataCenters: {
      virginia: { provider: "aws", region: "us-east-1" },
      iowa: { provider: "gcp", region: "us-central1" },
      newyork: { provider: "digitalocean", region: "nyc3" },
    },
    loadBalancers: { primary: { in: "virginia" }, secondary: { in: "newyork" } },
    access: { ssh: ["198.51.100.0/24"] },
    failover: { kind: "dns", zone: "example.com" },
    pools: { web: webIn({ virginia: 2, iowa: 1, newyork: 1 }) },
    ...change,
  };
}

/** The pool of that stack, with so many servers. */
export function webIn(
  servers: Record<string, number>,
  image = "registry.example.com/shop:1",
): NonNullable<StackInput["pools"]>[string] {
  return { app: { image }, servers };
}
