/** Type token of a certificate authority. */
export const AUTHORITY = "evenkeel-node:index:Authority";

/** What a program says of a certificate authority. */
export interface AuthorityInputs {
  /** The only names that it may certify end with this: `shop.evenkeel.internal`. */
  readonly domain: string;
  /**
   * Each step renews: an odd number has two authorities trusted, of which the new one issues, an even one drops the old one. It
   * goes up by one at a time.
   */
  readonly rotation: number;
}

/** A certificate authority that was made. */
export interface AuthorityOutputs extends AuthorityInputs {
  /** The certificates that are trusted, in PEM, the issuing one first. */
  readonly trusted: string;
  /** The issuing certificate, in PEM. */
  readonly certificate: string;
  /** While two are trusted: the issuing one as the old one certifies it, in PEM, so that whoever trusts the old one alone takes it too. Else empty. */
  readonly bridge: string;
  /** The issuing private key as PKCS #8, in PEM; secret. */
  readonly privateKey: string;
  /** The moment from which its certificates are taken no more, in ISO 8601. */
  readonly expires: string;
}
