import type { NodePlan, Plan } from "../model/plan";

/** Type token of a rollout. */
export const ROLLOUT = "evenkeel-node:index:Rollout";

/** What a program says of a rollout: which configuration a balancer node shall run. */
export interface RolloutInputs {
  /** Identity of the node's machine; another machine at the same address gets its own rollout. */
  readonly machine: string;
  /** The node. */
  readonly node: NodePlan;
  /** The site, as both balancers are told. */
  readonly plan: Plan;
  /** The balancer that was rolled out before this one; put back too when this one fails. */
  readonly peer?: NodePlan;
  /** Private key that the node's machine knows, in OpenSSH's PEM, where it is reached over SSH; a secret. */
  readonly key?: string;
  /** The same for the peer's machine. */
  readonly peerKey?: string;
  /** Private key of the pair's certificate in the plan, in PEM, where servers end TLS; a secret. */
  readonly identityKey?: string;
  /** Private keys of the certificates in the plan that clients are shown, by the certificate's name, in PEM; a secret. */
  readonly certificateKeys?: Readonly<Record<string, string>>;
  /** How long new servers may take to be up, such as `60s`. */
  readonly healthyWithin: string;
  /** How long the sessions of removed servers may take to end, such as `30s`. */
  readonly drainWithin: string;
  /** What the node does; anything but `serving` was found by a refresh and is mended by the next `up`. */
  readonly state?: string;
}

/** The inputs that are secrets. */
export type SecretInput = "key" | "peerKey" | "identityKey" | "certificateKeys";

/** What is known of a rollout once it was verified. The keys are no part of it. */
export interface RolloutOutputs extends Omit<RolloutInputs, SecretInput> {
  /** The text of `haproxy.cfg` that the node runs. */
  readonly configuration: string;
}

/** The state of a node that runs what it was told. */
export const SERVING = "serving";
