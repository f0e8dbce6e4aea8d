import { namesOf, readChain } from "./certificate";
import { sortedEntries } from "../plan";

/** The signatures that clients ask for which take a certificate with this kind of key and no other, as OpenSSL calls them. */
const SIGNATURES: Readonly<Record<string, string>> = {
  ec: "ECDSA+SHA256:ECDSA+SHA384",
  rsa: "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA+SHA256:RSA+SHA384",
};
/** What stands in the place of the star in a name. */
const ANY_LABEL = "evenkeel-probe";

/** How a client begins TLS, as far as it decides which certificate it is shown. */
export interface Handshake {
  /** Name that it asks for (SNI). @default none */
  readonly name?: string;
  /** Signatures that it takes, as OpenSSL calls them. */
  readonly signatures: string;
}

/** One by which it is tried whether clients are shown a certificate, and what they are to be shown. */
export interface PlannedHandshake extends Handshake {
  /** The certificate's name in the stack. */
  readonly certificate: string;
  /** Its SHA-256, in the form `AB:CD:…`. */
  readonly fingerprint: string;
}

/**
 * A handshake for each name of each certificate, and one without any. Of several certificates for one name whose keys are of one kind the first
 * by name is shown; of those whose keys are not, the one that the client can verify.
 *
 * @param certificates Chains in PEM by the certificate's name.
 */
export function handshakesFor(certificates: Readonly<Record<string, string>> = {}): PlannedHandshake[] {
  const planned = new Map<string, PlannedHandshake>();
  for (const [certificate, chain] of sortedEntries(certificates)) {
    const [own] = readChain(chain);
    const signatures = SIGNATURES[own?.publicKey.asymmetricKeyType ?? ""];
    if (own === undefined || signatures === undefined) continue;
    const shown = { certificate, fingerprint: own.fingerprint256, signatures };
    // The first is also for whoever asks for no name of theirs.
    if (planned.size === 0) planned.set("", shown);
    for (const each of namesOf(own)) {
      const name = each.replace(/^\*/, ANY_LABEL);
      const key = `${signatures} ${name}`;
      if (!planned.has(key)) planned.set(key, { ...shown, name });
    }
  }
  return [...planned.values()];
}
