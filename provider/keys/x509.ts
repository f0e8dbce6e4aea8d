import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import type * as library from "@peculiar/x509";
import type { CertificateInputs, CertificateOutputs, CertificateUsage } from "../../components/contracts/certificate";
import { NAME_CONSTRAINTS, nameConstraints } from "./name-constraints";

/** How long an authority is trusted, and how long a certificate is taken, in days. */
const AUTHORITY_DAYS = 3_650;
const CERTIFICATE_DAYS = 365;
const DAY = 86_400_000;
/** How far a certificate reaches back, for clocks that are behind. */
const BACK = DAY;
/** The share of its life after which a certificate is renewed. */
const RENEWED_AFTER = 2 / 3;
/** Longest common name (RFC 5280, appendix A.1: ub-common-name). A longer name stands in the alternative names alone. */
const LONGEST_COMMON_NAME = 64;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** Whom a certificate names that only stands in for another one. */
const STAND_IN = "not-issued-yet.invalid";
const [CLIENT, SERVER] = ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"];
const PURPOSES: Readonly<Record<CertificateUsage, string[]>> = { client: [CLIENT], server: [SERVER], both: [CLIENT, SERVER] };

type Keys = Awaited<ReturnType<typeof keyPair>>;

/** An authority, in PEM. */
export interface AuthorityPair {
  readonly certificate: string;
  readonly privateKey: string;
  /** In ISO 8601. */
  readonly expires: string;
}

/** Whether the moment has come from which a certificate is renewed. */
export function isDue(renewsFrom: string): boolean {
  return Date.now() >= Date.parse(renewsFrom);
}

/** Makes an authority that can certify only names below a domain, and no IP address. */
export async function makeAuthority(domain: string): Promise<AuthorityPair> {
  const x509 = await loaded();
  const keys = await keyPair();
  const subject = `CN=${domain} ${randomBytes(4).toString("hex")}`;
  const [notBefore, notAfter] = [at(-BACK), at(AUTHORITY_DAYS * DAY)];
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serial(), subject, issuer: subject, notBefore, notAfter },
    ...{ publicKey: keys.publicKey, signingKey: keys.privateKey, signingAlgorithm: ALGORITHM },
    extensions: await authorityExtensions(domain, keys.publicKey, keys.publicKey),
  });
  return { certificate: pem(certificate), privateKey: await exported(keys), expires: notAfter.toISOString() };
}

/**
 * An authority as an older one certifies it: whoever trusts the older one alone takes certificates of the newer one that come with this.
 */
export async function makeBridge(domain: string, older: AuthorityPair, newer: string): Promise<string> {
  const x509 = await loaded();
  const [from, to] = [new x509.X509Certificate(older.certificate), new x509.X509Certificate(newer)];
  const [issuerKey, publicKey] = [await publicKeyOf(from), await publicKeyOf(to)];
  const bridge = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serial(), subject: to.subject, issuer: from.subject },
    ...{ notBefore: later(to.notBefore, from.notBefore), notAfter: earlier(to.notAfter, from.notAfter) },
    ...{ publicKey, signingKey: await imported(older.privateKey), signingAlgorithm: ALGORITHM },
    extensions: await authorityExtensions(domain, publicKey, issuerKey),
  });
  return pem(bridge);
}

/** A certificate that was issued; {@link CertificateOutputs} says what each part is. */
export type Issued = Pick<CertificateOutputs, "certificate" | "privateKey" | "expires" | "renewsFrom">;

/** Issues a certificate with a key of its own, for one year or as long as its authority is trusted. */
export async function issue({ name, usage, authority, bridge, authorityKey }: CertificateInputs): Promise<Issued> {
  const x509 = await loaded();
  const issuer = new x509.X509Certificate(authority);
  const issuerKey = await publicKeyOf(issuer);
  const keys = await keyPair();
  const [notBefore, notAfter] = [at(-BACK), earlier(at(CERTIFICATE_DAYS * DAY), issuer.notAfter)];
  const subject = name.length > LONGEST_COMMON_NAME ? "" : `CN=${name}`;
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serial(), subject, issuer: issuer.subject, notBefore, notAfter },
    ...{ publicKey: keys.publicKey, signingKey: await imported(authorityKey), signingAlgorithm: ALGORITHM },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(PURPOSES[usage]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }], subject === ""),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    ],
  });
  return { certificate: pem(certificate) + bridge, privateKey: await exported(keys), ...renewalOf(notBefore, notAfter) };
}

/** Until when a certificate is good, and from when on it is renewed: after two thirds of its life. */
export function renewalOf(notBefore: Date, notAfter: Date): Pick<Issued, "expires" | "renewsFrom"> {
  const life = notAfter.getTime() - notBefore.getTime();
  const renewsFrom = new Date(notBefore.getTime() + life * RENEWED_AFTER);
  return { expires: notAfter.toISOString(), renewsFrom: renewsFrom.toISOString() };
}

/** A certificate that nobody trusts, for a name that nobody can have (RFC 2606): it lets a balancer listen until there is another one. */
export async function makeStandIn(): Promise<Issued> {
  const x509 = await loaded();
  const keys = await keyPair();
  const [notBefore, notAfter] = [at(-BACK), at(CERTIFICATE_DAYS * DAY)];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: serial(), name: `CN=${STAND_IN}`, notBefore, notAfter },
    ...{ keys, signingAlgorithm: ALGORITHM },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: STAND_IN }])],
  });
  return { certificate: pem(certificate), privateKey: await exported(keys), ...renewalOf(notBefore, notAfter) };
}

/**
 * Asks for a certificate, with a key of its own.
 * @returns The key as PKCS #8 in PEM, and the request (PKCS #10) in DER, as base64url.
 */
export async function makeRequest(domains: readonly string[]): Promise<{ privateKey: string; request: string }> {
  const x509 = await loaded();
  const keys = await keyPair();
  const names = domains.map((value) => ({ type: "dns" as const, value }));
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...{ keys, signingAlgorithm: ALGORITHM },
    extensions: [new x509.SubjectAlternativeNameExtension(names)],
  });
  return { privateKey: await exported(keys), request: Buffer.from(request.rawData).toString("base64url") };
}

/** The library, which takes a tenth of a second to load and is not needed in most runs. */
async function loaded(): Promise<typeof library> {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  x509.cryptoProvider.set(webcrypto as never);
  return x509;
}

/** The library's own type of a key is that of browsers. */
async function publicKeyOf({ publicKey }: library.X509Certificate): Promise<webcrypto.CryptoKey> {
  const key: unknown = await publicKey.export();
  return key as webcrypto.CryptoKey;
}

async function authorityExtensions(
  domain: string,
  publicKey: webcrypto.CryptoKey,
  issuerKey: webcrypto.CryptoKey,
): Promise<library.Extension[]> {
  const x509 = await loaded();
  return [
    new x509.BasicConstraintsExtension(true, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    new x509.Extension(NAME_CONSTRAINTS, true, await nameConstraints(domain)),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
  ];
}

function keyPair() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function exported({ privateKey }: Keys): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" }).toString();
}

function imported(privateKey: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(privateKey).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, ALGORITHM, true, ["sign"]);
}

function pem(certificate: { toString(format: "pem"): string }): string {
  return `${certificate.toString("pem").trimEnd()}\n`;
}

/** 126 random bits, of which the first is set: a positive number of constant length (RFC 5280, 4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

/** A moment, in whole seconds as certificates count. */
function at(fromNow: number): Date {
  return new Date(Math.floor((Date.now() + fromNow) / 1_000) * 1_000);
}

function earlier(left: Date, right: Date): Date {
  return left < right ? left : right;
}

function later(left: Date, right: Date): Date {
  return left > right ? left : right;
}
