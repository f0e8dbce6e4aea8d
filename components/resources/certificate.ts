import * as pulumi from "@pulumi/pulumi";
import { CERTIFICATE, type CertificateUsage } from "../contracts/certificate";

/** What a certificate is made from. */
export interface CertificateArgs {
  /** Whom it names: a DNS name below the authority's domain. */
  readonly name: pulumi.Input<string>;
  /** Which end of a connection it is good for. */
  readonly usage: CertificateUsage;
  /** The issuing authority's certificate, in PEM. */
  readonly authority: pulumi.Input<string>;
  /** What stands between the authority and those that trust an older one, in PEM; empty when nothing does. */
  readonly bridge: pulumi.Input<string>;
  /** The authority's private key as PKCS #8, in PEM; kept as a secret. */
  readonly authorityKey: pulumi.Input<string>;
}

/** A certificate for a year, renewed by the first `up` after two thirds of it, and kept in the state, its private key as a secret. */
export class Certificate extends pulumi.CustomResource {
  /** The certificate and the bridge after it, in PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** Its private key as PKCS #8, in PEM; secret. */
  declare readonly privateKey: pulumi.Output<string>;
  /** The moment from which it is taken no more, in ISO 8601. */
  declare readonly expires: pulumi.Output<string>;
  /** The moment from which the next `pulumi up` renews it, in ISO 8601. */
  declare readonly renewsFrom: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { certificate: undefined, privateKey: undefined, expires: undefined, renewsFrom: undefined };
    const secrets = [...(opts?.additionalSecretOutputs ?? []), "privateKey"];
    const inputs = { ...args, authorityKey: pulumi.secret(args.authorityKey) };
    super(CERTIFICATE, name, { ...inputs, ...outputs }, { ...opts, additionalSecretOutputs: secrets });
  }
}
