import * as pulumi from "@pulumi/pulumi";
import { clientTls } from "./client-tls";
import type { DataCenter, OpenDataCenter } from "./data-center";
import type { DeployedBalancer, DeployedServer } from "./deployed";
import { Encryption } from "./encryption";
import type { Failover } from "./failover";
import { METRICS_PATH } from "./haproxy/render/metrics";
import { type Backends, LoadBalancerPair } from "./load-balancer-pair";
import type { Batch } from "./model/operations/batches";
import type { Catalogues } from "./model/clouds/catalogue";
import type { Validity } from "./model/tls/certificate";
import { CLOUDS, isCloud, isFrozen } from "./model/clouds/data-center";
import { maintenanceWarnings, outOf } from "./model/operations/maintenance";
import type { MinimumHealthy } from "./model/pools/minimum-healthy";
import { type Quotas, quotasOf } from "./model/clouds/quotas";
import { readStack } from "./model/read-stack";
import { SEALED } from "./model/secret";
import { maintenanceOf, sitePlan } from "./model/site-plan";
import { DEFAULT_HEALTHY_WITHIN, DEFAULT_HEALTHY_WITHIN_IN_CLOUDS, ROLES, type Stack, type StackInput } from "./model/stack";
import type { OrderedCertificate } from "./ordered-certificate";
import { refuse } from "./refusal";
import { type Secrets, WebServerPool } from "./web-server-pool";

/** A website: what the stack file says, with the data centers and the failover as objects. */
export interface BalancedDeploymentArgs extends Pick<
  StackInput,
  | "access"
  | "limits"
  | "logs"
  | "metrics"
  | "routes"
  | "passthrough"
  | "maintenance"
  | "maintenancePage"
  | "rotate"
  | "rollout"
  | "tls"
> {
  /** Short name of the website. @default the component's name */
  readonly site?: string;
  /** The name that clients know the website by; a failover by DNS needs it. @default none */
  readonly domain?: string;
  /** The places that balancers and servers stand in, by name. */
  readonly dataCenters: Readonly<Record<string, DataCenter>>;
  /** The pair of load balancers, in two of the data centers. */
  readonly loadBalancers: NonNullable<StackInput["loadBalancers"]>;
  /** The pools of web servers, by name. */
  readonly pools: NonNullable<StackInput["pools"]>;
  /** How clients leave a dead balancer. */
  readonly failover: Failover;
  /** Amid a deploy, which servers are replaced now; every other one that stands keeps what it runs. @default all that must be */
  readonly batch?: Batch;
  /** Values that the environments of apps refer to by name: `{ secret: "database-url" }`. @default none */
  readonly secrets?: Secrets;
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
  /** The name servers of a DNS zone that was made, which its parent must name; absent when none was. */
  readonly nameServers?: pulumi.Output<string[]>;
  /** The balancers by role. */
  readonly loadBalancers: pulumi.Output<Record<string, DeployedBalancer>>;
  /** The web servers by name. */
  readonly servers: pulumi.Output<Record<string, DeployedServer>>;
  /** Until when the certificates of balancers and web servers are taken among them; absent where there are none. */
  readonly certificates?: pulumi.Output<Validity>;
  /** The certificate for clients that is ordered by ACME; absent where none is. */
  readonly orderedCertificate?: pulumi.Output<OrderedCertificate>;
  /** Until when the certificates that clients are shown are good, by their names; absent where there is no TLS of clients. */
  readonly clientCertificates?: pulumi.Output<Record<string, Validity>>;
  /** What each data center in a cloud is asked to hold, by its name: what a provider's quotas count. Absent where nothing is in one. */
  readonly quotas?: Readonly<Record<string, Quotas>>;
  /** Healthy servers below which a data center is left out, by its name, of each pool that says so. Absent where none does. */
  readonly minimumHealthy?: Readonly<Record<string, MinimumHealthy>>;

  constructor(name: string, args: BalancedDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:index:BalancedDeployment", name, {}, opts);
    const { batch, ...stated } = args;
    const { failover, site = name } = stated;
    const stack = soundStack(name, site, stated);
    const inClouds = Object.values(stack.dataCenters).some(({ provider }) => isCloud(provider));
    if (inClouds) this.quotas = quotasOf(stack, cataloguesOf(args.dataCenters));
    const minima = Object.entries(stack.pools).flatMap(([pool, { minimumHealthy: least }]) =>
      least === undefined ? [] : [[pool, least] as const],
    );
    if (minima.length > 0) this.minimumHealthy = Object.fromEntries(minima);

    const out = outOf(stack);
    for (const warning of maintenanceWarnings(stack)) void pulumi.log.warn(warning, this);
    const frozen = new Set(Object.keys(stack.dataCenters).filter((place) => isFrozen(stack.dataCenters[place])));
    const used = new Set([...ROLES.map((role) => stack.loadBalancers[role].in), ...Object.values(stack.pools).flatMap(placesOf)]);
    const places = Object.fromEntries(
      Object.entries(args.dataCenters)
        .filter(([place]) => used.has(place))
        .map(([place, dataCenter]) => [
          place,
          dataCenter.open({ site, access: stack.access, rotation: stack.rotate }, { parent: this }),
        ]),
    );
    const { longestConnection } = stack.rollout;
    const countTogether = stack.limits.rate !== undefined;
    const encrypted = Object.values(places).some(({ tlsPort }) => tlsPort !== undefined) || (countTogether && inClouds);
    const encryption = encrypted
      ? new Encryption(name, { site, rotation: stack.rotate.authority, longestConnection }, { parent: this })
      : undefined;
    const pools = Object.entries(stack.pools).map(
      ([pool, settings]) =>
        [
          pool,
          new WebServerPool(
            `${name}-${pool}`,
            {
              ...settings,
              pool,
              site,
              dataCenters: places,
              ...maintenanceOf(stack, pool),
              frozen,
              batch,
              encryption,
              secrets: args.secrets,
            },
            { parent: this },
          ),
        ] as const,
    );
    const tls = stack.tls && clientTls(name, { ...stack.tls, rotation: stack.rotate.acme }, args.secrets, { parent: this });
    const plan = pulumi
      .all([
        pulumi.all(Object.fromEntries(pools.map(([pool, component]) => [pool, component.plan]))),
        encryption?.credentials,
        tls?.plan,
      ])
      .apply(([planned, credentials, https]) => sitePlan(stack, { pools: planned, tls: credentials, https }));
    const outBalancer = ROLES.find((role) => out.balancers.has(role));
    const { primary, secondary } = stack.loadBalancers;
    const pair = new LoadBalancerPair(
      name,
      {
        primary: { ...primary, in: placed(places, primary.in) },
        secondary: { ...secondary, in: placed(places, secondary.in) },
        backends: backendsOf(stack, places),
        ...(stack.logs.access ? { logs: stack.logs } : {}),
        ...(stack.metrics.enabled ? { metrics: stack.metrics } : {}),
        countTogether,
        plan,
        identityKey: encryption?.identityKey,
        certificateKeys: tls?.keys,
        passthrough: stack.passthrough?.port,
        healthyWithin: stack.rollout.healthyWithin ?? (inClouds ? DEFAULT_HEALTHY_WITHIN_IN_CLOUDS : DEFAULT_HEALTHY_WITHIN),
        drainWithin: stack.rollout.drainWithin,
        out: outBalancer,
        checkedFrom: failover.checkedFrom?.({ parent: this }),
      },
      { parent: this },
    );
    const { nodes, rollouts } = pair;
    const published = {
      nodes,
      out: outBalancer,
      domain: args.domain,
      https: tls !== undefined,
      passthrough: stack.passthrough?.port,
    };
    const { url, nameServers } = failover.publish(`${name}-front`, published, { parent: this, dependsOn: [...rollouts] });
    this.url = url;
    this.nameServers = nameServers;
    // Not of whole nodes, whose keys are secrets and would make this one.
    const shown = [nodes.primary, nodes.secondary].map(({ node, address, sendsFrom, accessLog }) => ({
      node,
      address,
      sendsFrom,
      accessLog,
    }));
    this.loadBalancers = pulumi.output(shown).apply((both) =>
      Object.fromEntries(
        both.map(
          ({ node: { role, dataCenter, site: listener, https, directory, remote, metrics }, address, sendsFrom, accessLog }) => [
            role,
            {
              dataCenter,
              url: https === undefined ? `http://${address}:${listener.port}` : `https://${address}:${https.port}`,
              ...(remote === undefined ? { directory } : {}),
              ...(accessLog === undefined ? {} : { accessLog }),
              ...(stack.metrics.enabled
                ? { metrics: `http://${address}:${metrics?.port ?? stack.metrics.port}${METRICS_PATH}` }
                : {}),
              out: out.balancers.has(role),
              sendsFrom,
            },
          ],
        ),
      ),
    );
    this.servers = pulumi
      .all(Object.fromEntries(pools.map(([pool, component]) => [pool, component.servers])))
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
    this.certificates = encryption?.validity;
    this.orderedCertificate = tls?.ordered;
    this.clientCertificates = tls?.validity;
    this.registerOutputs({ url: this.url });
  }
}

/** The arguments as a stack in which nothing is wrong. */
function soundStack(
  name: string,
  site: string,
  { dataCenters, failover, domain, secrets = {}, ...rest }: Omit<BalancedDeploymentArgs, "batch">,
): Stack {
  // To the rules of a stack, a cloud of somebody else's is as good as one of ours.
  const known = (provider: string): boolean => provider === "existing" || (CLOUDS as readonly string[]).includes(provider);
  const places = Object.fromEntries(
    Object.entries(dataCenters).map(([place, { settings }]) => [
      place,
      known(settings.provider) ? settings : { provider: "local" },
    ]),
  );
  const { primary } = rest.loadBalancers;
  const byDns = isCloud(dataCenters[primary.in]?.settings.provider ?? "");
  const unknown = byDns ? { kind: "dns", zone: domain } : { kind: "front" };
  const given = {
    ...rest,
    site: { name: site, domain },
    dataCenters: places,
    failover: failover.settings ?? unknown,
    // By name only: what they are is not known yet, and none of a stack's rules asks.
    secrets: Object.fromEntries(Object.keys(secrets).map((secret) => [secret, SEALED])),
  };
  const { stack, problems } = readStack(given, cataloguesOf(dataCenters), pulumi.getStack(), new Date());
  return stack ?? refuse(`The deployment ${name}`, problems);
}

/** What the clouds of the data centers offer, by provider. */
function cataloguesOf(dataCenters: Readonly<Record<string, DataCenter>>): Catalogues {
  const byProvider = new Map(Object.values(dataCenters).map(({ settings, catalogue }) => [settings.provider, catalogue]));
  return (provider) => byProvider.get(provider);
}

/** Where web servers stand, with the ports that they serve on. */
function backendsOf({ pools }: Stack, places: Readonly<Record<string, OpenDataCenter>>): Backends[] {
  return Object.entries(places).map(([place, dataCenter]) => ({
    in: dataCenter,
    ports: [
      ...new Set(
        Object.values(pools).flatMap(({ servers, app }) =>
          Object.hasOwn(servers, place) ? [dataCenter.tlsPort ?? app.port] : [],
        ),
      ),
    ].sort((left, right) => left - right),
  }));
}

function placesOf({ servers }: Stack["pools"][string]): string[] {
  return Object.keys(servers);
}

function placed(places: Readonly<Record<string, OpenDataCenter>>, place: string): OpenDataCenter {
  const dataCenter = places[place];
  if (dataCenter === undefined) throw new pulumi.RunError(`${place} is not one of the data centers`);
  return dataCenter;
}
