import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** One certificate in PEM, wherever it stands in a text. */
const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
/** RSA keys below this are refused by browsers (CA/Browser Forum, Baseline Requirements 6.1.5), and by OpenSSL's second level. */
const LEAST_RSA_BITS = 2_048;
/** The curves that authorities certify and every browser takes. */
const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384" };
/** Signatures by SHA-1, as a certificate names them in DER: by RSA, and by ECDSA. */
const BY_SHA1 = ["06092a864886f70d010105", "06072a8648ce3d0401"].map((hex) => Buffer.from(hex, "hex"));
/** The extension by which a certificate asks for a stapled OCSP answer (RFC 7633), in DER. */
const MUST_STAPLE = Buffer.from("06082b06010505070118", "hex");
const DAY = 86_400_000;
/** A certificate is due so long before its end at most, in milliseconds: what Let's Encrypt advises for its 90 days. */
const DUE_BEFORE = 30 * DAY;
/** And never before this share of its life has passed. */
const DUE_AFTER = 2 / 3;

/** Until when a certificate is good. */
export interface Validity {
  /** The moment from which it is taken no more, in ISO 8601. */
  readonly expires: string;
  /** The moment from which it is to be renewed, in ISO 8601. */
  readonly renewsFrom: string;
}

/** The certificates of a text, the site's own first; none where one of them can't be read. */
export function readChain(pem: string): X509Certificate[] {
  try {
    return [...pem.matchAll(BLOCK)].map(([block]) => new X509Certificate(block));
  } catch {
    return [];
  }
}

/**
 * What keeps a chain from being shown to clients, each as the end of a sentence about it: `has expired on …`.
 *
 * @param now The moment at which it must hold; where it is not known, that is not asked.
 */
export function chainProblems(pem: string, now: Date | undefined): string[] {
  if (pem.includes("PRIVATE KEY-----"))
    return ["holds a private key, which whoever can read the file can read now; take it out and have another one certified"];
  const chain = readChain(pem);
  const [own] = chain;
  if (own === undefined) return ["is not a certificate in PEM: -----BEGIN CERTIFICATE----- and so on"];
  return [
    ...orderProblems(chain),
    ...keyKindProblems(own.publicKey),
    ...(namesOf(own).length === 0 ? ["is for no name (subjectAltName), so no browser takes it"] : []),
    ...(own.raw.includes(MUST_STAPLE)
      ? ["asks for a stapled OCSP answer (must-staple), which the balancers do not give; have one without issued"]
      : []),
    ...chain.flatMap((each, i) => {
      const isRoot = each.subject === each.issuer;
      const weak =
        !isRoot && BY_SHA1.some((oid) => each.raw.includes(oid)) ? ["is signed with SHA-1, which no browser takes"] : [];
      const untimely = now === undefined ? [] : untimeliness(each, now);
      return [...weak, ...untimely].map((problem) => `${whichOf(chain, i)}${problem}`);
    }),
  ];
}

/** Why a chain is not valid at a time, each as the end of a sentence about it: `expired at 2027-02-23T00:00:00Z`. */
export function timeProblems(pem: string, moment: Date): string[] {
  const chain = readChain(pem);
  return chain.flatMap((each, i) => untimeliness(each, moment).map((problem) => `${whichOf(chain, i)}${problem}`));
}

/** Why a text is not the private key of a chain, as the end of a sentence about it; undefined when it is. It shows nothing of the key. */
export function keyProblem(pem: string, key: string): string | undefined {
  const [own] = readChain(pem);
  if (key.includes("ENCRYPTED")) return "has a passphrase, which nobody could enter: openssl pkey -in KEY takes it off";
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(key);
  } catch {
    return "is not a private key in PEM";
  }
  return own?.checkPrivateKey(privateKey) === true ? undefined : "is not the private key of its certificate";
}

/** The names that a certificate is for, such as `shop.example.com` and `*.example.com`. */
export function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  return subjectAltName.split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice("DNS:".length).toLowerCase()] : []));
}

/** Whether a certificate is for a host, or for all hosts below one: `*.example.com`. */
export function isFor(certificate: X509Certificate, host: string): boolean {
  if (host.startsWith("*.")) return namesOf(certificate).includes(host.toLowerCase());
  return certificate.checkHost(host, { subject: "never", partialWildcards: false }) !== undefined;
}

/** Until when a chain is good, by its own certificate; undefined when it is none. */
export function validityOf(pem: string): Validity | undefined {
  const [own] = readChain(pem);
  if (own === undefined) return undefined;
  const [from, to] = [Date.parse(own.validFrom), Date.parse(own.validTo)];
  const due = Math.max(to - DUE_BEFORE, from + (to - from) * DUE_AFTER);
  return { expires: new Date(to).toISOString(), renewsFrom: new Date(due).toISOString() };
}

/** The day on which it ends, such as `2027-11-25`. */
export function dayOf({ expires }: Validity): string {
  return expires.slice(0, "2027-11-25".length);
}

function orderProblems(chain: readonly X509Certificate[]): string[] {
  const [own, ...others] = chain;
  if (own?.ca === true && others.length > 0)
    return [`begins with an authority's certificate, that of ${commonNameOf(own.subject)}; the site's own must be the first`];
  const stray = others.find((other, i) => chain[i]?.checkIssued(other) !== true);
  return stray === undefined
    ? []
    : [
        `holds one of ${commonNameOf(stray.subject)}, which did not issue the one before it; each must be followed by its issuer's`,
      ];
}

function keyKindProblems({ asymmetricKeyType: kind, asymmetricKeyDetails: details = {} }: KeyObject): string[] {
  const allowed = `must be RSA of ${LEAST_RSA_BITS} bits or more, or ECDSA on ${Object.values(CURVES).join(" or ")}`;
  const { modulusLength = 0, namedCurve = "" } = details;
  if (kind === "rsa")
    return modulusLength >= LEAST_RSA_BITS ? [] : [`has an RSA key of ${modulusLength} bits, but its key ${allowed}`];
  if (kind === "ec")
    return Object.hasOwn(CURVES, namedCurve) ? [] : [`has an ECDSA key on ${namedCurve}, but its key ${allowed}`];
  return [`has a key of the kind ${kind ?? "unknown"}, but its key ${allowed}`];
}

/** The words of a problem that name the certificate of a chain that has it. */
function whichOf(chain: readonly X509Certificate[], index: number): string {
  const certificate = chain[index];
  return index === 0 || certificate === undefined ? "" : `holds one of ${commonNameOf(certificate.subject)}, which `;
}

function untimeliness({ validFrom, validTo }: X509Certificate, now: Date): string[] {
  if (now.getTime() >= Date.parse(validTo)) return [`expired at ${instant(validTo)}`];
  return now.getTime() < Date.parse(validFrom) ? [`is not valid before ${instant(validFrom)}`] : [];
}

function instant(text: string): string {
  return new Date(text).toISOString().replace(".000Z", "Z");
}

function commonNameOf(subject: string): string {
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ", ");
}
