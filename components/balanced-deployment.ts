import * as pulumi from "@pulumi/pulumi";
import type { DataCenter } from "./data-center";
import type { Failover } from "./failover";
import { LoadBalancerPair } from "./load-balancer-pair";
import { outOf } from "./model/maintenance";
import type { Plan } from "./model/plan";
import { readStack } from "./model/read-stack";
import { ROLES, type StackInput } from "./model/stack";
import { refuse } from "./refusal";
import { WebServerPool } from "./web-server-pool";

/** A website: what the stack file says, with the data centers and the failover as objects. */
export interface BalancedDeploymentArgs extends Pick<StackInput, "routes" | "maintenance" | "rollout"> {
  /** Short name of the website. @default the component's name */
  readonly site?: string;
  /** The places that balancers and servers stand in, by name. */
  readonly dataCenters: Readonly<Record<string, DataCenter>>;
  /** The pair of load balancers, in two of the data centers. */
  readonly loadBalancers: NonNullable<StackInput["loadBalancers"]>;
  /** The pools of web servers, by name. */
  readonly pools: NonNullable<StackInput["pools"]>;
  /** How clients leave a dead balancer. */
  readonly failover: Failover;
}

/** One web server of a deployment. */
export interface DeployedServer {
  /** Name of its pool. */
  readonly pool: string;
  /** Name of its data center. */
  readonly dataCenter: string;
  /** IP address and port. */
  readonly address: string;
  /** Whether it is declared out. */
  readonly out: boolean;
}

/** One balancer of a deployment. */
export interface DeployedBalancer {
  /** Name of its data center. */
  readonly dataCenter: string;
  /** Where it serves the site by itself. */
  readonly url: string;
  /** Folder of its sockets and files. */
  readonly directory: string;
  /** Whether it is declared out. */
  readonly out: boolean;
}

/**
 * A website behind a pair of load balancers, its web servers spread over data centers. Any mix of data centers will do.
 *
 * @throws pulumi.RunError with every problem of the arguments at once, before any resource is registered.
 * @example
 * const site = new BalancedDeployment("shop", {
 *   dataCenters: { a: new LocalDataCenter("a"), b: new LocalDataCenter("b") },
 *   loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
 *   pools: { web: { servers: { a: 2, b: 2 }, healthCheck: httpCheck("/healthz") } },
 *   failover: new LocalFront(),
 * });
 * export const url = site.url;
 */
export class BalancedDeployment extends pulumi.ComponentResource {
  /** Where the site's page is. */
  readonly url: pulumi.Output<string>;
  /** The balancers by role. */
  readonly loadBalancers: pulumi.Output<Record<string, DeployedBalancer>>;
  /** The web servers by name. */
  readonly servers: pulumi.Output<Record<string, DeployedServer>>;

  constructor(name: string, args: BalancedDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:index:BalancedDeployment", name, {}, opts);
    const { dataCenters, failover, site = name, ...rest } = args;
    // To the rules of a stack, a cloud of somebody else's is as good as one of ours.
    const places = Object.fromEntries(
      Object.entries(dataCenters).map(([place, { provider, addresses }]) => [
        place,
        provider === "existing"
          ? ({ provider, addresses } as { provider: "existing"; addresses: Record<string, string[]> })
          : { provider: "local" as const },
      ]),
    );
    const { stack, problems } = readStack({ ...rest, site: { name: site }, dataCenters: places });
    if (stack === undefined) refuse(`The deployment ${name}`, problems);

    const out = outOf(stack);
    const pools = Object.entries(stack.pools).map(
      ([pool, settings]) =>
        [
          pool,
          new WebServerPool(`${name}-${pool}`, { ...settings, pool, site, dataCenters, out: out.servers }, { parent: this }),
        ] as const,
    );
    const plan: pulumi.Output<Plan> = pulumi.output({
      site,
      pools: Object.fromEntries(pools.map(([pool, component]) => [pool, component.plan])),
      // Without routes there is one pool, and it takes everything.
      routes: stack.routes ?? pools.map(([pool]) => ({ pool })),
      longestConnection: stack.rollout.longestConnection,
    });
    const outBalancer = ROLES.find((role) => out.balancers.has(role));
    const pair = new LoadBalancerPair(
      name,
      {
        primary: placed(dataCenters, stack.loadBalancers.primary.in),
        secondary: placed(dataCenters, stack.loadBalancers.secondary.in),
        plan,
        healthyWithin: stack.rollout.healthyWithin,
        drainWithin: stack.rollout.drainWithin,
        out: outBalancer,
      },
      { parent: this },
    );
    this.url = failover.publish(`${name}-front`, pair.nodes, { parent: this, dependsOn: [...pair.rollouts] }).url;
    this.loadBalancers = pulumi
      .all([pair.nodes.primary, pair.nodes.secondary])
      .apply((nodes) =>
        Object.fromEntries(
          nodes.map(({ role, dataCenter, site: { address, port }, directory }) => [
            role,
            { dataCenter, url: `http://${address}:${port}`, directory, out: out.balancers.has(role) },
          ]),
        ),
      );
    this.servers = pulumi
      .all(Object.fromEntries(pools.map(([pool, component]) => [pool, component.servers])))
      .apply((byPool) =>
        Object.fromEntries(
          Object.entries(byPool).flatMap(([pool, servers]) =>
            Object.entries(servers).map(([server, { dataCenter, address, port }]) => [
              server,
              { pool, dataCenter, address: `${address}:${port}`, out: out.servers.has(server) },
            ]),
          ),
        ),
      );
    this.registerOutputs({ url: this.url });
  }
}

function placed(dataCenters: Readonly<Record<string, DataCenter>>, place: string): DataCenter {
  const dataCenter = dataCenters[place];
  if (dataCenter === undefined) throw new pulumi.RunError(`${place} is not one of the data centers`);
  return dataCenter;
}
