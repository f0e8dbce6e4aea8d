import type * as pulumi from "@pulumi/pulumi";
import type { ClientTls } from "../client-tls";
import type { Encryption } from "../encryption";
import type { Failover } from "../failover";
import { LoadBalancerPair } from "../load-balancer-pair";
import type { Plan } from "../model/plan";
import { type BalancerRole, ROLES, type ValidatedStack } from "../model/stack";
import { outOf } from "../model/operations/maintenance";
import type { Places } from "./places";

/** What the pair of a deployment is made from. */
export interface PairArgs {
  readonly stack: ValidatedStack;
  readonly places: Places;
  readonly plan: pulumi.Output<Plan>;
  readonly encryption: Encryption | undefined;
  readonly tls: ClientTls | undefined;
  readonly failover: Failover;
}

/** Makes the pair of load balancers of a deployment. */
export function balancerPair(
  name: string,
  { stack, places, plan, encryption, tls, failover }: PairArgs,
  opts: pulumi.ComponentResourceOptions & pulumi.InvokeOptions,
): LoadBalancerPair {
  const { logs, metrics, rollout } = stack;
  const { primary, secondary } = stack.loadBalancers;
  return new LoadBalancerPair(
    name,
    {
      primary: { ...primary, in: places.at(primary.in) },
      secondary: { ...secondary, in: places.at(secondary.in) },
      backends: places.backends,
      ...(logs.access ? { logs } : {}),
      ...(metrics.enabled ? { metrics } : {}),
      countTogether: stack.limits.rate !== undefined,
      plan,
      identityKey: encryption?.identityKey,
      certificateKeys: tls?.keys,
      passthrough: stack.passthrough?.port,
      healthyWithin: rollout.healthyWithin,
      drainWithin: rollout.drainWithin,
      out: balancerInMaintenance(stack),
      checkedFrom: failover.checkedFrom?.(opts),
    },
    opts,
  );
}

/** Returns the balancer that is declared out; undefined where none is. */
export function balancerInMaintenance(stack: ValidatedStack): BalancerRole | undefined {
  const { balancers } = outOf(stack);
  return ROLES.find((role) => balancers.has(role));
}
