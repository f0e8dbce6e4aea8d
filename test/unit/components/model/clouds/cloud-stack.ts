import type { Catalogue, Catalogues } from "../../../../../components/model/clouds/catalogue";
import { readStack } from "../../../../../components/model/read-stack";
import type { ValidatedStack } from "../../../../../components/model/stack";

/** What machine types of the clouds below hold; of `m5.metal` the name does not tell. */
const MACHINES: Readonly<Record<string, { vcpus?: number; memory?: number }>> = {
  "t3.small": { vcpus: 2, memory: 2048 },
  "t3.medium": { vcpus: 2, memory: 4096 },
  "m5.xlarge": { vcpus: 4, memory: 16_384 },
  "m5.metal": {},
};

function cloud(regions: readonly string[], zones: readonly string[]): Catalogue {
  return {
    regions,
    zonesOf: (region) => zones.map((zone) => `${region}${zone}`),
    sizes: { small: "t3.small", medium: "t3.medium", large: "m5.xlarge" },
    machineTypes: Object.keys(MACHINES),
    isMachineType: (type) => Object.hasOwn(MACHINES, type),
    machine: (type) => MACHINES[type] ?? {},
  };
}

const CLOUDS: Readonly<Record<string, Catalogue>> = {
  aws: cloud(
    ["eu-central-1", "eu-north-1", "eu-west-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"],
    ["a", "b", "c"],
  ),
  gcp: cloud(["europe-west4", "us-central1"], ["-a", "-b"]),
  digitalocean: cloud(["ams3", "nyc3"], []),
};

/** Clouds that offer little: many regions of `aws`, two of each other, and `digitalocean` has no zones. */
export const catalogues: Catalogues = (provider) => CLOUDS[provider];

/** The sections of a stack file in three clouds, without a problem. */
export const IN_CLOUDS = {
  site: { name: "shop", domain: "shop.example.com" },
  dataCenters: {
    virginia: { provider: "aws", region: "us-east-1", zones: ["us-east-1a", "us-east-1b"] },
    iowa: { provider: "gcp", region: "us-central1" },
    amsterdam: { provider: "digitalocean", region: "ams3" },
  },
  loadBalancers: { primary: { in: "virginia" }, secondary: { in: "iowa" } },
  access: { ssh: ["198.51.100.0/24"] },
  failover: { kind: "dns", zone: "example.com" },
  pools: { web: { servers: { virginia: 2, iowa: 2, amsterdam: 1 }, app: { image: "registry.example.com/shop:1.4.2" } } },
};

/** What is wrong with that stack once these sections took the place of its own: `path: message` each. */
export function problemsInClouds(sections: Readonly<Record<string, unknown>>): string[] {
  return readStack({ ...IN_CLOUDS, ...sections }, { catalogues }).problems.map(({ path, message }) => `${path}: ${message}`);
}

/** The same with other keys in its data centers, by name. */
export function problemsWithPlaces(changes: Readonly<Record<string, object>>): string[] {
  const { dataCenters } = IN_CLOUDS;
  const changed = Object.entries(changes).map(([place, keys]) => [
    place,
    { ...(dataCenters as Readonly<Record<string, object>>)[place], ...keys },
  ]);
  return problemsInClouds({ dataCenters: { ...dataCenters, ...(Object.fromEntries(changed) as object) } });
}

/** The same with other keys in its pool, `web`. */
export function problemsWithWeb(changes: object): string[] {
  return problemsInClouds({ pools: { web: { ...IN_CLOUDS.pools.web, ...changes } } });
}

/** That stack with these sections, read. */
export function stackInClouds(sections: Readonly<Record<string, unknown>> = {}): ValidatedStack {
  const { stack, problems } = readStack({ ...IN_CLOUDS, ...sections }, { catalogues });
  if (stack === undefined) throw new Error(JSON.stringify(problems));
  return stack;
}
