import { keyProblem } from "../model/tls/certificate";
import { fingerprint } from "../model/name";
import { sortedEntries } from "../model/plan";

/** Ending of the files that hold certificates for clients, and the list of them. */
export const CERTIFICATE_FILE = /^(certificate-[0-9a-f]{8}\.pem|certificates-[0-9a-f]{8}\.list)$/;
/** The list of certificates alone, which names the others. */
export const CERTIFICATE_LIST = /^certificates-[0-9a-f]{8}\.list$/;

/** Chains of certificates in PEM, or their private keys, by the certificate's name. */
type ByName = Readonly<Record<string, string>>;

/**
 * Name of the list of certificates in a node's directory. As with other credentials it follows from what they say: another certificate
 * makes another configuration, and the files of an earlier one stay as long as that may come back.
 */
export function certificateList(certificates: ByName): string {
  return `certificates-${fingerprint(listText(certificates))}.list`;
}

/**
 * The files that a configuration with these certificates reads, by name.
 *
 * @param keys Their private keys by the certificate's name, in PEM.
 * @throws Error naming the certificate whose key is missing or is another one's: HAProxy would not start with it.
 */
export function certificateTexts(certificates: ByName, keys: ByName): ByName {
  const files = sortedEntries(certificates).map(([name, chain]): [string, string] => {
    const key = keys[name] ?? "";
    const problem = keyProblem(chain, key);
    if (problem !== undefined) throw new Error(`the key of the certificate ${name} ${problem}`);
    return [fileOf(chain), [chain, key].map((text) => `${text.trim()}\n`).join("")];
  });
  return { ...Object.fromEntries(files), [certificateList(certificates)]: listText(certificates) };
}

/** Names of the files alone: the directory may have a blank in it, for which such a list has no way. The first is for whoever asks for no name of theirs. */
function listText(certificates: ByName): string {
  return sortedEntries(certificates)
    .map(([, chain]) => `${fileOf(chain)}\n`)
    .join("");
}

function fileOf(chain: string): string {
  return `certificate-${fingerprint(chain)}.pem`;
}
