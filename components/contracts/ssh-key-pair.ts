/** Type token of an SSH key pair. */
export const SSH_KEY_PAIR = "evenkeel-node:index:SshKeyPair";

/** What a program says of a key pair. */
export interface SshKeyPairInputs {
  /** What the public key's line ends with, so that its reader knows whose it is: `shop-primary`. One line. */
  readonly comment: string;
  /** Another number makes another key. @default 0 */
  readonly rotation?: number;
}

/** A key pair that was made. */
export interface SshKeyPairOutputs extends SshKeyPairInputs {
  /** One line as it stands in `authorized_keys` and `known_hosts`: `ssh-ed25519 AAAA… comment`. */
  readonly publicKey: string;
  /** The private key as OpenSSH keeps it, in PEM; secret. */
  readonly privateKey: string;
}
