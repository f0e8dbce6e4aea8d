import { surgesOf } from "../operations/batches";
import { type Catalogues, machineTypeOf } from "./catalogue";
import { isCloud } from "./data-center";
import { sortedEntries } from "../plan";
import type { Stack } from "../stack";

/** What a data center is asked to hold, as its provider's quotas count it. An `up` that replaces all machines has old and new stand together: twice as many. */
export interface Quotas {
  /** Machines: servers and balancers. */
  readonly machines: number;
  /** The most machines at once while `npm run deploy` replaces its servers in batches. */
  readonly machinesInADeploy: number;
  /** Virtual CPUs of those machines whose type tells theirs. */
  readonly vcpus: number;
  /** How many of the machines have a type that does not tell. */
  readonly unknownVcpus?: number;
  /** Static IPv4 addresses, one a balancer. */
  readonly staticAddresses: number;
}

/** What a stack asks of each of its data centers in clouds, by name. */
export function quotasOf({ dataCenters, pools, loadBalancers, rollout }: Stack, catalogues: Catalogues): Record<string, Quotas> {
  const surges = surgesOf(pools, rollout.maxSurge);
  const quotas = sortedEntries(dataCenters).flatMap(([place, { provider, sizes }]) => {
    const catalogue = catalogues(provider);
    if (!isCloud(provider) || catalogue === undefined) return [];
    const balancers = Object.values(loadBalancers).filter((balancer) => balancer.in === place);
    const sizesOfMachines = [
      ...balancers.map(({ size }) => size),
      ...Object.values(pools).flatMap(({ size, servers }) =>
        Array.from({ length: Object.hasOwn(servers, place) ? (servers[place] ?? 0) : 0 }, () => size),
      ),
    ];
    const vcpus = sizesOfMachines.map((size) => catalogue.machine(machineTypeOf(size, sizes, catalogue) ?? "").vcpus);
    const unknown = vcpus.filter((count) => count === undefined).length;
    return [
      [
        place,
        {
          machines: sizesOfMachines.length,
          machinesInADeploy: sizesOfMachines.length + (surges.get(place) ?? 0),
          vcpus: vcpus.reduce<number>((sum, count) => sum + (count ?? 0), 0),
          ...(unknown === 0 ? {} : { unknownVcpus: unknown }),
          staticAddresses: balancers.length,
        },
      ] as const,
    ];
  });
  return Object.fromEntries(quotas);
}
