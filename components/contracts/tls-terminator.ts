import type { RemoteAccess, TerminatorPlan } from "../model/plan";

/** Type token of a TLS terminator. */
export const TLS_TERMINATOR = "evenkeel-node:index:TlsTerminator";

/** What a program says of what ends TLS on a web server's machine. */
export interface TlsTerminatorInputs {
  /** Identity of the machine; another one at the same address gets its own certificate. */
  readonly machine: string;
  /** How the machine is reached. */
  readonly remote: RemoteAccess;
  /** Private key that the machine knows, in OpenSSH's PEM; a secret. */
  readonly key: string;
  /** What it does there. */
  readonly plan: TerminatorPlan;
  /** The name that its certificate is for. */
  readonly certifiedName: string;
  /** The authorities whose certificates it takes, in PEM. */
  readonly trusted: string;
  /** The authority that issues its certificate, in PEM. */
  readonly authority: string;
  /** What stands between the authority and those that trust an older one, in PEM; empty when nothing does. */
  readonly bridge: string;
  /** The authority's private key, in PEM; a secret. */
  readonly authorityKey: string;
}

/** What is known of a terminator once it was verified. No key is part of it: that of its certificate is on the machine alone. */
export interface TlsTerminatorOutputs extends Omit<TlsTerminatorInputs, "key" | "authorityKey"> {
  /** Its certificate and the bridge after it, in PEM. */
  readonly certificate: string;
  /** The moment from which the certificate is taken no more, in ISO 8601. */
  readonly expires: string;
  /** The moment from which the next `pulumi up` renews it, in ISO 8601. */
  readonly renewsFrom: string;
  /** What the machine does; anything but `serving` was found, and is mended by the next `up`. */
  readonly state: string;
}
