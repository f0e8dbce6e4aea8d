import * as pulumi from "@pulumi/pulumi";
import { ACME_CERTIFICATE, type AcmeCertificateInputs } from "../contracts/acme-certificate";

/** What is asked of an ACME server; see the contract for each. */
export type AcmeCertificateArgs = { readonly [Key in keyof AcmeCertificateInputs]: pulumi.Input<AcmeCertificateInputs[Key]> };

/**
 * A certificate that an ACME server issues. The `pulumi up` that makes it brings its account's thumbprint to the balancers, and the next one
 * orders; from then on the first `up` after two thirds of its life orders another one. An order that comes to nothing is told, and fails no
 * run: what was there before stays. Certificate and keys are kept in the state, the keys as secrets.
 */
export class AcmeCertificate extends pulumi.CustomResource {
  /** The account key's fingerprint: whoever answers a challenge says it. */
  declare readonly thumbprint: pulumi.Output<string>;
  /** The certificate and those between it and its root, in PEM; while there is none, one that nobody trusts. */
  declare readonly certificate: pulumi.Output<string>;
  /** Its private key as PKCS #8, in PEM; secret. */
  declare readonly privateKey: pulumi.Output<string>;
  /** The moment from which it is taken no more, in ISO 8601. */
  declare readonly expires: pulumi.Output<string>;
  /** The moment from which the next `pulumi up` orders another one, in ISO 8601. */
  declare readonly renewsFrom: pulumi.Output<string>;
  /** Whether it is the one that nobody trusts. */
  declare readonly isStandIn: pulumi.Output<boolean>;
  /** `issued`, `not ordered yet`, or why the last order came to nothing. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: AcmeCertificateArgs, opts?: pulumi.CustomResourceOptions) {
    const kept = { accountKey: undefined, thumbprint: undefined, certificate: undefined, privateKey: undefined };
    const outputs = { ...kept, expires: undefined, renewsFrom: undefined, isStandIn: undefined, state: undefined };
    const secrets = [...(opts?.additionalSecretOutputs ?? []), "accountKey", "privateKey"];
    super(ACME_CERTIFICATE, name, { ...args, ...outputs }, { ...opts, additionalSecretOutputs: secrets });
  }
}
