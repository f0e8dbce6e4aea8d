import { ExistingDataCenter } from "../components/clouds/existing";
import type { DataCenter } from "../components/data-center";
import type { Failover } from "../components/failover";
import type { Stack } from "../components/model/stack";
import type * as localCloud from "../components/clouds/local";

/** The data centers of a stack: with the failover below the one switch on provider. A cloud is loaded only where a stack uses it. */
export function dataCentersOf({ dataCenters }: Stack): Record<string, DataCenter> {
  return Object.fromEntries(
    Object.entries(dataCenters).map(([name, settings]) => [name, makers[settings.provider](name, settings)]),
  );
}

/** The failover of a stack. */
export function failoverOf({ failover }: Stack): Failover {
  return new (local().LocalFront)(failover);
}

type DataCenterSettings = Stack["dataCenters"][string];

const makers: Record<DataCenterSettings["provider"], (name: string, settings: DataCenterSettings) => DataCenter> = {
  local: (name) => new (local().LocalDataCenter)(name),
  existing: (name, { addresses = {} }) => new ExistingDataCenter(name, addresses),
};

function local(): typeof localCloud {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import statement would load it for every stack
  return require("../components/clouds/local") as typeof localCloud;
}
