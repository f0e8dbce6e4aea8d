import * as pulumi from "@pulumi/pulumi";
import { SSH_KEY_PAIR } from "../contracts/ssh-key-pair";

/** What a key pair is made from. */
export interface SshKeyPairArgs {
  /** What the public key's line ends with, so that its reader knows whose it is: `shop-primary`. One line; another comment keeps the key. */
  readonly comment: pulumi.Input<string>;
  /** Another number makes another key pair. @default 0 */
  readonly rotation?: number;
}

/** An ed25519 key pair for SSH, of a user or of a host. It is made once and kept in the state, its private half as a secret. */
export class SshKeyPair extends pulumi.CustomResource {
  /** One line as it stands in `authorized_keys` and `known_hosts`: `ssh-ed25519 AAAA… comment`. */
  declare readonly publicKey: pulumi.Output<string>;
  /** The private key as OpenSSH keeps it, in PEM, without a passphrase; secret. */
  declare readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: SshKeyPairArgs, opts?: pulumi.CustomResourceOptions) {
    const secrets = [...(opts?.additionalSecretOutputs ?? []), "privateKey"];
    super(
      SSH_KEY_PAIR,
      name,
      { ...args, rotation: args.rotation === 0 ? undefined : args.rotation, publicKey: undefined, privateKey: undefined },
      { ...opts, additionalSecretOutputs: secrets },
    );
  }
}
