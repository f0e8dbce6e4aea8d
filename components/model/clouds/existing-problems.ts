import type { Problem } from "../problem";
import type { Stack } from "../stack";

/** What a data center of existing servers lacks: an address for each server, or the means to hold a balancer. */
export function existingProblems(
  { dataCenters = {}, loadBalancers, pools = {} }: Partial<Pick<Stack, "dataCenters" | "loadBalancers" | "pools">>,
  isFaulty: (path: string) => boolean,
): Problem[] {
  return Object.entries(dataCenters).flatMap(([place, { provider, addresses }]): Problem[] => {
    if (provider !== "existing") {
      return addresses === undefined
        ? []
        : [{ path: `dataCenters.${place}.addresses`, message: `is for provider existing; this one is ${provider}` }];
    }
    const balancers = (["primary", "secondary"] as const).filter((role) => loadBalancers?.[role].in === place);
    return [
      ...balancers.map((role) => ({
        path: `loadBalancers.${role}.in`,
        message: `is ${place}, which only lists servers that exist; a balancer needs another`,
      })),
      ...Object.entries(pools).flatMap(([pool, { servers }]) => {
        const asked = Object.hasOwn(servers, place) ? (servers[place] ?? 0) : 0;
        const listed = Object.hasOwn(addresses ?? {}, pool) ? (addresses?.[pool]?.length ?? 0) : 0;
        return asked <= listed || isFaulty(`dataCenters.${place}.addresses`)
          ? []
          : [
              {
                path: `pools.${pool}.servers.${place}`,
                message: `is ${asked}, but dataCenters.${place}.addresses.${pool} lists ${listed}`,
              },
            ];
      }),
    ];
  });
}
