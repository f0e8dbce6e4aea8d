import * as pulumi from "@pulumi/pulumi";
import { TLS_TERMINATOR } from "../contracts/tls-terminator";
import type { RemoteAccess, TerminatorPlan } from "../model/plan";

/** What ends TLS where. */
export interface TlsTerminatorArgs {
  /** Identity of the machine; another one at the same address gets its own certificate. */
  readonly machine: pulumi.Input<string>;
  /** How the machine is reached. */
  readonly remote: pulumi.Input<RemoteAccess>;
  /** Private SSH key that the machine knows; kept as a secret. */
  readonly key: pulumi.Input<string>;
  /** What it does there. */
  readonly plan: pulumi.Input<TerminatorPlan>;
  /** The name that its certificate is for. */
  readonly certifiedName: pulumi.Input<string>;
  /** The authorities whose certificates it takes, in PEM. */
  readonly trusted: pulumi.Input<string>;
  /** The authority that issues its certificate, in PEM. */
  readonly authority: pulumi.Input<string>;
  /** What stands between the authority and those that trust an older one, in PEM; empty when nothing does. */
  readonly bridge: pulumi.Input<string>;
  /** The authority's private key, in PEM; kept as a secret. */
  readonly authorityKey: pulumi.Input<string>;
}

/**
 * What ends TLS on a web server's machine, in front of its app: only who shows the pair's certificate gets an answer. The certificate is
 * issued when it is brought, renewed by the first `up` after two thirds of its life, and its private key is on the machine alone.
 */
export class TlsTerminator extends pulumi.CustomResource {
  /** What it does there, as it was brought. */
  declare readonly plan: pulumi.Output<TerminatorPlan>;
  /** The moment from which its certificate is taken no more, in ISO 8601. */
  declare readonly expires: pulumi.Output<string>;
  /** The moment from which the next `pulumi up` renews it, in ISO 8601. */
  declare readonly renewsFrom: pulumi.Output<string>;

  constructor(name: string, args: TlsTerminatorArgs, opts?: pulumi.CustomResourceOptions) {
    const secrets = { key: pulumi.secret(args.key), authorityKey: pulumi.secret(args.authorityKey) };
    super(
      TLS_TERMINATOR,
      name,
      { ...args, ...secrets, certificate: undefined, expires: undefined, renewsFrom: undefined, state: undefined },
      opts,
    );
  }
}
