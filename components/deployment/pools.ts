import type * as pulumi from "@pulumi/pulumi";
import type { Encryption } from "../encryption";
import { isFrozen } from "../model/clouds/data-center";
import type { Batch } from "../model/operations/batches";
import { maintenanceOf } from "../model/site-plan";
import type { ValidatedStack } from "../model/stack";
import { type Secrets, WebServerPool } from "../web-server-pool";
import type { Places } from "./places";

/** What the pools of a deployment are made from. */
export interface PoolsArgs {
  readonly stack: ValidatedStack;
  readonly places: Places;
  readonly encryption: Encryption | undefined;
  readonly secrets: Secrets | undefined;
  readonly batch: Batch | undefined;
}

/** Makes the web servers of a deployment; returns the pools by name. */
export function webServerPools(
  name: string,
  { stack, places, encryption, secrets, batch }: PoolsArgs,
  opts: pulumi.ComponentResourceOptions,
): Readonly<Record<string, WebServerPool>> {
  const frozen = new Set(Object.keys(stack.dataCenters).filter((place) => isFrozen(stack.dataCenters[place])));
  const shared = { site: stack.site.name, dataCenters: places.open, frozen, encryption, secrets, batch };
  return Object.fromEntries(
    Object.entries(stack.pools).map(([pool, settings]) => [
      pool,
      new WebServerPool(`${name}-${pool}`, { ...settings, ...shared, ...maintenanceOf(stack, pool), pool }, opts),
    ]),
  );
}
