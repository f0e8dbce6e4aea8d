import { fingerprint } from "../model/name";

/** What one end of an encrypted connection shows and trusts; everything here is public. */
export interface Credentials {
  /** The certificates that it trusts, in PEM. */
  readonly trusted: string;
  /** Its own certificate and what stands between that and an authority, in PEM. */
  readonly certificate: string;
}

/** Ending of the files that hold credentials, by which those of earlier configurations are found. */
export const CREDENTIAL_FILE = /^(authority|identity)-[0-9a-f]{8}\.pem$/;

/**
 * Names of the files in a node's directory that hold credentials. They follow from what the files say: other credentials make another
 * configuration, and those of an earlier one stay as long as it may come back.
 */
export function credentialFiles({ trusted, certificate }: Credentials): {
  readonly authority: string;
  readonly identity: string;
} {
  return { authority: `authority-${fingerprint(trusted)}.pem`, identity: `identity-${fingerprint(certificate)}.pem` };
}

/**
 * The files that a configuration with these credentials reads, by name.
 *
 * @param key Private key of the certificate, in PEM.
 */
export function credentialTexts(credentials: Credentials, key: string): Readonly<Record<string, string>> {
  const { authority, identity } = credentialFiles(credentials);
  return {
    [authority]: credentials.trusted,
    [identity]: [credentials.certificate, key].map((text) => `${text.trimEnd()}\n`).join(""),
  };
}

/** The words of a `server` or `bind` line by which HAProxy uses credentials in a directory. */
export function credentialWords(credentials: Credentials, directory: string): string {
  const { authority, identity } = credentialFiles(credentials);
  return `ssl verify required ca-file "${directory}/${authority}" crt "${directory}/${identity}"`;
}
