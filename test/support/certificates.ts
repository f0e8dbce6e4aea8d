import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createPrivateKey, webcrypto } from "node:crypto";

/** Keys of the kinds that certificates of tests have. */
const ALGORITHMS = {
  p256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  p384: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  p521: { name: "ECDSA", namedCurve: "P-521", hash: "SHA-512" },
  rsa2048: rsa(2048),
  rsa1024: rsa(1024),
  sha1: { ...rsa(2048), hash: "SHA-1" },
};
const DAY = 86_400_000;

/** A certificate of a test with its private key and whoever is to be trusted, in PEM. */
export interface MadeCertificate {
  /** The certificate, and after it those between it and its authority. */
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** What a test wants of a certificate. */
export interface Wish {
  /** Names that it is for. */
  readonly names: readonly string[];
  readonly key?: keyof typeof ALGORITHMS;
  /** Days from now, also back. @default -1 and 89 */
  readonly from?: number;
  readonly to?: number;
  /** Whether clients shall ask for a stapled OCSP answer. */
  readonly mustStaple?: boolean;
}

/** Makes a certificate of an authority of its own, with one between them, as issuers give them. */
export async function makeCertificate({
  names,
  key = "p256",
  from = -1,
  to = 89,
  mustStaple = false,
}: Wish): Promise<MadeCertificate> {
  x509.cryptoProvider.set(webcrypto as never);
  const [root, middle, own] = [await keyPair("p256"), await keyPair(key === "sha1" ? key : "p256"), await keyPair(key)];
  const authorityFields = {
    notBefore: at(-3_000),
    notAfter: at(3_000),
    signingKey: root.privateKey,
    signingAlgorithm: ALGORITHMS.p256,
  };
  const ca = new x509.BasicConstraintsExtension(true, undefined, true);
  const authority = await x509.X509CertificateGenerator.create({
    ...{
      ...authorityFields,
      subject: "CN=Test Root",
      issuer: "CN=Test Root",
      publicKey: root.publicKey,
      extensions: [ca, await identified(root)],
    },
  });
  const between = await x509.X509CertificateGenerator.create({
    ...{
      ...authorityFields,
      subject: "CN=Test Issuer",
      issuer: "CN=Test Root",
      publicKey: middle.publicKey,
      extensions: [ca, await identified(middle), await issuedBy(root)],
    },
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...{ subject: `CN=${names[0] ?? ""}`, issuer: "CN=Test Issuer", notBefore: at(from), notAfter: at(to) },
    ...{ publicKey: own.publicKey, signingKey: middle.privateKey },
    signingAlgorithm: ALGORITHMS[key === "sha1" ? key : "p256"],
    extensions: [
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value }))),
      // The authorities of all tests have one name: clients that trust several tell them apart by this.
      await issuedBy(middle),
      new x509.ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.1"]),
      ...(mustStaple ? [new x509.Extension("1.3.6.1.5.5.7.1.24", false, new Uint8Array([0x30, 3, 2, 1, 5]))] : []),
    ],
  });
  return {
    certificate: [leaf, between].map((each) => `${each.toString("pem").trimEnd()}\n`).join(""),
    key: await exported(own.privateKey),
    authority: `${authority.toString("pem").trimEnd()}\n`,
  };
}

function identified({ publicKey }: webcrypto.CryptoKeyPair): Promise<x509.Extension> {
  return x509.SubjectKeyIdentifierExtension.create(publicKey);
}

function issuedBy({ publicKey }: webcrypto.CryptoKeyPair): Promise<x509.Extension> {
  return x509.AuthorityKeyIdentifierExtension.create(publicKey);
}

function rsa(modulusLength: number) {
  return { name: "RSASSA-PKCS1-v1_5", modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
}

function keyPair(key: keyof typeof ALGORITHMS): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHMS[key], true, ["sign", "verify"]);
}

async function exported(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" }).toString();
}

function at(days: number): Date {
  return new Date(Date.now() + days * DAY);
}
