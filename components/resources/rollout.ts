import * as pulumi from "@pulumi/pulumi";
import type { NodePlan, Plan } from "../model/plan";
import { ROLLOUT } from "../contracts/rollout";

/** What a rollout brings where. */
export interface RolloutArgs {
  /** Identity of the node's machine. */
  readonly machine: pulumi.Input<string>;
  /** The balancer node. */
  readonly node: pulumi.Input<NodePlan>;
  /** The site, as both balancers are told. */
  readonly plan: pulumi.Input<Plan>;
  /** The balancer that is rolled out before this one, and put back with it when this one fails. */
  readonly peer?: pulumi.Input<NodePlan>;
  /** Private key that the node's machine knows, where it is reached over SSH; kept as a secret. */
  readonly key?: pulumi.Input<string>;
  /** The same for the peer's machine. */
  readonly peerKey?: pulumi.Input<string>;
  /** Private key of the pair's certificate in the plan, where servers end TLS; kept as a secret. */
  readonly identityKey?: pulumi.Input<string>;
  /** Private keys of the certificates in the plan that clients are shown, by the certificate's name; kept as a secret. */
  readonly certificateKeys?: pulumi.Input<Readonly<Record<string, string>>>;
  /** How long new servers may take to be up on the balancer, such as `60s`. */
  readonly healthyWithin: pulumi.Input<string>;
  /** How long the sessions of removed servers may take to end, such as `30s`. */
  readonly drainWithin: pulumi.Input<string>;
}

/**
 * One configuration on one balancer. It is done when the balancer runs it, every server that must be up is up, and every
 * removed one has answered its last request; whatever goes wrong ends with the old configuration serving. Since the engine
 * deletes last, a server that a rollout has removed is only then deleted.
 */
export class Rollout extends pulumi.CustomResource {
  /** The text of `haproxy.cfg` that the node runs. */
  declare readonly configuration: pulumi.Output<string>;

  constructor(name: string, args: RolloutArgs, opts?: pulumi.CustomResourceOptions) {
    const { key, peerKey, identityKey, certificateKeys } = args;
    const given = Object.entries({ key, peerKey, identityKey, certificateKeys }).filter(([, value]) => value !== undefined);
    const secrets = Object.fromEntries(given.map(([input, value]) => [input, pulumi.secret(value)]));
    super(ROLLOUT, name, { ...args, ...secrets, configuration: undefined }, opts);
  }
}
