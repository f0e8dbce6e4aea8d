/** Type token of a certificate. */
export const CERTIFICATE = "evenkeel-node:index:Certificate";

/** What a program says of a certificate. */
export interface CertificateInputs {
  /** Whom it names: a DNS name below the authority's domain, such as `balancers.shop.evenkeel.internal`. */
  readonly name: string;
  /** Which end of a connection it is good for. */
  readonly usage: CertificateUsage;
  /** The issuing authority's certificate, in PEM. */
  readonly authority: string;
  /** What stands between the authority and those that trust an older one, in PEM; empty when nothing does. */
  readonly bridge: string;
  /** The authority's private key as PKCS #8, in PEM; a secret. */
  readonly authorityKey: string;
}

/** Which end of a connection a certificate is good for. */
export type CertificateUsage = "client" | "server" | "both";

/** A certificate that was issued. The authority's key is no part of it. */
export interface CertificateOutputs extends Omit<CertificateInputs, "authorityKey"> {
  /** The certificate and the bridge after it, in PEM. */
  readonly certificate: string;
  /** Its private key as PKCS #8, in PEM; secret. */
  readonly privateKey: string;
  /** The moment from which it is taken no more, in ISO 8601. */
  readonly expires: string;
  /** The moment from which the next `pulumi up` renews it, in ISO 8601. */
  readonly renewsFrom: string;
}
