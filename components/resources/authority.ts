import * as pulumi from "@pulumi/pulumi";
import { AUTHORITY } from "../contracts/authority";

/** What an authority is made from. */
export interface AuthorityArgs {
  /** The only names that it may certify end with this: `shop.evenkeel.internal`. Another one makes another authority. */
  readonly domain: string;
  /**
   * Each step renews it: an odd number has two authorities trusted, of which the new one issues, the next even one drops the old one.
   * It goes up by one at a time; anything else is refused.
   */
  readonly rotation: number;
}

/** An authority for certificates, ECDSA P-256, trusted for ten years. It is kept in the state, its private key as a secret. */
export class Authority extends pulumi.CustomResource {
  /** The certificates that are trusted, in PEM, the issuing one first. */
  declare readonly trusted: pulumi.Output<string>;
  /** The issuing certificate, in PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** While two are trusted: the issuing one as the old one certifies it, in PEM. Else empty. */
  declare readonly bridge: pulumi.Output<string>;
  /** The issuing private key as PKCS #8, in PEM; secret. */
  declare readonly privateKey: pulumi.Output<string>;
  /** The moment from which its certificates are taken no more, in ISO 8601. */
  declare readonly expires: pulumi.Output<string>;

  constructor(name: string, args: AuthorityArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { trusted: undefined, certificate: undefined, bridge: undefined, privateKey: undefined, expires: undefined };
    const secrets = [...(opts?.additionalSecretOutputs ?? []), "privateKey"];
    super(AUTHORITY, name, { ...args, ...outputs }, { ...opts, additionalSecretOutputs: secrets });
  }
}
