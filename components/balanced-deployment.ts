import * as pulumi from "@pulumi/pulumi";
import { clientTls } from "./client-tls";
import type { DeployedBalancer, DeployedServer } from "./deployed";
import { type BalancedDeploymentArgs, validatedArgs, type ValidatedDeploymentArgs } from "./deployment/args";
import { siteEncryption } from "./deployment/encryption";
import { deployedBalancers, deployedServers, minimaOf, quotasIn } from "./deployment/outputs";
import { balancerPair } from "./deployment/pair";
import { Places } from "./deployment/places";
import { deploymentPlan } from "./deployment/plan";
import { webServerPools } from "./deployment/pools";
import { publication } from "./deployment/publication";
import type { Quotas } from "./model/clouds/quotas";
import { maintenanceWarnings, outOf } from "./model/operations/maintenance";
import type { MinimumHealthy } from "./model/pools/minimum-healthy";
import type { Validity } from "./model/tls/certificate";
import type { OrderedCertificate } from "./ordered-certificate";

export type { BalancedDeploymentArgs } from "./deployment/args";

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

  constructor(name: string, args: BalancedDeploymentArgs | ValidatedDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:index:BalancedDeployment", name, {}, opts);
    const own = { parent: this };
    const { stack, dataCenters, failover, batch, secrets } = validatedArgs(name, args);
    for (const warning of maintenanceWarnings(stack)) void pulumi.log.warn(warning, this);

    const places = new Places(stack, dataCenters, own);
    const encryption = siteEncryption(name, stack, places, own);
    const pools = webServerPools(name, { stack, places, encryption, secrets, batch }, own);
    const tls = stack.tls && clientTls(name, { ...stack.tls, rotation: stack.rotate.acme }, secrets, own);
    const plan = deploymentPlan(stack, { pools, encryption, tls });
    const pair = balancerPair(name, { stack, places, plan, encryption, tls, failover }, own);
    const { url, nameServers } = publication(name, { stack, pair, tls, failover }, own);

    const out = outOf(stack);
    this.url = url;
    this.nameServers = nameServers;
    this.loadBalancers = deployedBalancers(stack, pair, out);
    this.servers = deployedServers(pools, out);
    this.certificates = encryption?.validity;
    this.orderedCertificate = tls?.ordered;
    this.clientCertificates = tls?.validity;
    this.quotas = quotasIn(stack, dataCenters);
    this.minimumHealthy = minimaOf(stack);
    this.registerOutputs({ url: this.url });
  }
}
