import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, DataCenter } from "./data-center";
import type { NodePlan, Plan } from "./model/plan";
import { type BalancerRole, DEFAULT_DRAIN_WITHIN, DEFAULT_HEALTHY_WITHIN } from "./model/stack";
import { Rollout } from "./rollout";

/** A pair of load balancers in two data centers, each able to carry all traffic to all pools. */
export interface LoadBalancerPairArgs {
  /** Where the primary stands. */
  readonly primary: DataCenter;
  /** Where the secondary stands; another data center than the primary's. */
  readonly secondary: DataCenter;
  /** The site, as both are told. */
  readonly plan: pulumi.Input<Plan>;
  /** The one that is declared out: no traffic, no rollout, and it blocks none. @default none */
  readonly out?: BalancerRole;
  /** How long new servers may take to be up on a balancer. @default "60s" */
  readonly healthyWithin?: string;
  /** How long the sessions of removed servers, and of a stopping balancer, may take to end. @default "30s" */
  readonly drainWithin?: string;
}

/**
 * The pair of HAProxy balancers, rolled out one after the other: a bad configuration, or a replacement, never reaches both.
 *
 * @example
 * const pair = new LoadBalancerPair("shop", { primary: a, secondary: b, plan });
 */
export class LoadBalancerPair extends pulumi.ComponentResource {
  /** The nodes by role. */
  readonly nodes: Readonly<Record<BalancerRole, pulumi.Output<NodePlan>>>;
  /** What stands for the pair being rolled out. */
  readonly rollouts: readonly Rollout[];

  constructor(name: string, args: LoadBalancerPairArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:index:LoadBalancerPair", name, {}, opts);
    const { plan, out, healthyWithin = DEFAULT_HEALTHY_WITHIN, drainWithin = DEFAULT_DRAIN_WITHIN } = args;
    const nodeOf = (role: BalancerRole, dependsOn: pulumi.Resource[]): BalancerNode =>
      args[role].balancerNode(
        `${name}-${role}`,
        { role, out: out === role, stopWithin: drainWithin },
        { parent: this, dependsOn },
      );
    const rollOut = (role: BalancerRole, { machine, node }: BalancerNode, peer?: BalancerNode): Rollout[] => {
      if (out === role) return [];
      return [
        new Rollout(`${name}-${role}`, { machine, node, plan, peer: peer?.node, healthyWithin, drainWithin }, { parent: this }),
      ];
    };

    const secondary = nodeOf("secondary", []);
    const first = rollOut("secondary", secondary);
    // The primary's machine waits for the secondary's rollout, and with it the primary's own.
    const primary = nodeOf("primary", first);
    const second = rollOut("primary", primary, out === "secondary" ? undefined : secondary);

    this.nodes = { primary: primary.node, secondary: secondary.node };
    this.rollouts = [...first, ...second];
    this.registerOutputs({});
  }
}
