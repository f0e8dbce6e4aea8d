/** Type token of a certificate that an ACME server issues. */
export const ACME_CERTIFICATE = "evenkeel-node:index:AcmeCertificate";

/** What a program says of a certificate that an ACME server issues (RFC 8555). */
export interface AcmeCertificateInputs {
  /** The names that it is for, the first one first; each must lead to the balancers, port 80. */
  readonly domains: readonly string[];
  /** Where the ACME server says what it offers: the URL of its directory. */
  readonly directory: string;
  /** The certificates that the directory's own may be signed by, in PEM. @default those that Node.js trusts */
  readonly directoryRoot?: string;
  /** Whom the ACME server may write to. @default nobody */
  readonly email?: string;
  /** Another number makes another account, and has another certificate ordered once the balancers know it. @default 0 */
  readonly rotation?: number;
}

/** What is known of it. Its two private keys are in the engine's state alone, and the second one on the balancers. */
export interface AcmeCertificateOutputs extends AcmeCertificateInputs {
  /** Private key of the account, as PKCS #8 in PEM; secret. */
  readonly accountKey: string;
  /** The account key's fingerprint (RFC 7638): whoever answers a challenge says it. */
  readonly thumbprint: string;
  /** The certificate and those between it and its root, in PEM; while there is none, one that nobody trusts. */
  readonly certificate: string;
  /** Its private key as PKCS #8, in PEM; secret. */
  readonly privateKey: string;
  /** The moment from which it is taken no more, in ISO 8601. */
  readonly expires: string;
  /** The moment from which the next `pulumi up` orders another one, in ISO 8601. */
  readonly renewsFrom: string;
  /** Whether it is the one that nobody trusts, which stands in until the first order succeeds. */
  readonly isStandIn: boolean;
  /** {@link ISSUED}, {@link NOT_ORDERED}, or why the last order came to nothing; anything but the first is tried again by the next `up`. */
  readonly state: string;
}

/** The state of a certificate that was issued as it was asked for. */
export const ISSUED = "issued";
/** The state of one whose account the balancers do not know yet; they do after the `up` that made it. */
export const NOT_ORDERED = "not ordered yet";
