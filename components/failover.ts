import type * as pulumi from "@pulumi/pulumi";
import type { NodePlan } from "./model/plan";
import type { BalancerRole } from "./model/stack";

/** How clients find the pair, and leave a dead balancer. */
export interface Failover {
  /**
   * Makes the site reachable through both balancers.
   *
   * @param name Name of what it makes.
   * @param nodes Both nodes of the pair.
   */
  publish(
    name: string,
    nodes: Readonly<Record<BalancerRole, pulumi.Output<NodePlan>>>,
    opts: pulumi.CustomResourceOptions,
  ): Publication;
}

/** A site that clients can reach. */
export interface Publication {
  /** Where its page is. */
  readonly url: pulumi.Output<string>;
}
