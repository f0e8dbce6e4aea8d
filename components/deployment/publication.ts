import type * as pulumi from "@pulumi/pulumi";
import type { ClientTls } from "../client-tls";
import type { Failover, Publication } from "../failover";
import type { LoadBalancerPair } from "../load-balancer-pair";
import type { ValidatedStack } from "../model/stack";
import { balancerInMaintenance } from "./pair";

/** What a deployment is published with. */
export interface PublicationArgs {
  readonly stack: ValidatedStack;
  readonly pair: LoadBalancerPair;
  readonly tls: ClientTls | undefined;
  readonly failover: Failover;
}

/** Makes a deployment reachable by its clients, once both balancers have their configuration. */
export function publication(
  name: string,
  { stack, pair, tls, failover }: PublicationArgs,
  opts: pulumi.CustomResourceOptions,
): Publication {
  const published = {
    nodes: pair.nodes,
    out: balancerInMaintenance(stack),
    domain: stack.site.domain,
    https: tls !== undefined,
    passthrough: stack.passthrough?.port,
  };
  return failover.publish(`${name}-front`, published, { ...opts, dependsOn: [...pair.rollouts] });
}
