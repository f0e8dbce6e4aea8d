import * as pulumi from "@pulumi/pulumi";
import type { DataCenter } from "../data-center";
import type { DeployedBalancer, DeployedServer } from "../deployed";
import { METRICS_PATH } from "../haproxy/render/metrics";
import type { LoadBalancerPair } from "../load-balancer-pair";
import { isInClouds } from "../model/clouds/data-center";
import { type Quotas, quotasOf } from "../model/clouds/quotas";
import type { Out } from "../model/operations/maintenance";
import type { MinimumHealthy } from "../model/pools/minimum-healthy";
import type { ValidatedStack } from "../model/stack";
import type { WebServerPool } from "../web-server-pool";
import { cataloguesOf } from "./args";

/** Returns the balancers of a deployment by role. */
export function deployedBalancers(
  { metrics: { enabled, port: metricsPort } }: ValidatedStack,
  { nodes }: LoadBalancerPair,
  out: Out,
): pulumi.Output<Record<string, DeployedBalancer>> {
  // Not of whole nodes, whose keys are secrets and would make this one.
  const shown = [nodes.primary, nodes.secondary].map(({ node, address, sendsFrom, accessLog }) => ({
    node,
    address,
    sendsFrom,
    accessLog,
  }));
  return pulumi.output(shown).apply((both) =>
    Object.fromEntries(
      both.map(({ node, address, sendsFrom, accessLog }) => {
        const { role, dataCenter, site: listener, https, directory, remote, metrics } = node;
        const balancer: DeployedBalancer = {
          dataCenter,
          url: https === undefined ? `http://${address}:${listener.port}` : `https://${address}:${https.port}`,
          ...(remote === undefined ? { directory } : {}),
          ...(accessLog === undefined ? {} : { accessLog }),
          ...(enabled ? { metrics: `http://${address}:${metrics?.port ?? metricsPort}${METRICS_PATH}` } : {}),
          out: out.balancers.has(role),
          sendsFrom,
        };
        return [role, balancer];
      }),
    ),
  );
}

/** Returns the web servers of a deployment by name. */
export function deployedServers(
  pools: Readonly<Record<string, WebServerPool>>,
  out: Out,
): pulumi.Output<Record<string, DeployedServer>> {
  const servers = Object.fromEntries(Object.entries(pools).map(([pool, component]) => [pool, component.servers]));
  return pulumi
    .all(servers)
    .apply((byPool) =>
      Object.fromEntries(
        Object.entries(byPool).flatMap(([pool, servers]) =>
          Object.entries(servers).map(([server, { dataCenter, address, port }]) => [
            server,
            { pool, dataCenter, address: `${address}:${port}`, out: out.servers.has(server) || out.pools.has(pool) },
          ]),
        ),
      ),
    );
}

/** Returns what data centers in clouds are asked to hold, by name; undefined where there are none. */
export function quotasIn(
  stack: ValidatedStack,
  dataCenters: Readonly<Record<string, DataCenter>>,
): Readonly<Record<string, Quotas>> | undefined {
  return isInClouds(stack) ? quotasOf(stack, cataloguesOf(dataCenters)) : undefined;
}

/** Returns the minimum of healthy servers by pool; undefined where no pool has one. */
export function minimaOf({ pools }: ValidatedStack): Readonly<Record<string, MinimumHealthy>> | undefined {
  const minima = Object.entries(pools).flatMap(([pool, { minimumHealthy }]) =>
    minimumHealthy === undefined ? [] : [[pool, minimumHealthy] as const],
  );
  return minima.length === 0 ? undefined : Object.fromEntries(minima);
}
