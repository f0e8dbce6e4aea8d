import { type Catalogues, machineTypeOf } from "./catalogue";
import { isCloud } from "./data-center";
import { sortedEntries } from "./plan";
import type { Stack } from "./stack";

/** What a data center is asked to hold, as its provider's quotas count it. While machines are replaced, old and new stand together: up to twice as many. */
export interface Quotas {
  /** Machines: servers and balancers. */
  readonly machines: number;
  /** Virtual CPUs of those machines whose type tells theirs. */
  readonly vcpus: number;
  /** How many of the machines have a type that does not tell. */
  readonly unknownVcpus?: number;
  /** Static IPv4 addresses, one a balancer. */
  readonly staticAddresses: number;
}

/** What a stack asks of each of its data centers in clouds, by name. */
export function quotasOf({ dataCenters, pools, loadBalancers }: Stack, catalogues: Catalogues): Record<string, Quotas> {
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
          vcpus: vcpus.reduce<number>((sum, count) => sum + (count ?? 0), 0),
          ...(unknown === 0 ? {} : { unknownVcpus: unknown }),
          staticAddresses: balancers.length,
        },
      ] as const,
    ];
  });
  return Object.fromEntries(quotas);
}
