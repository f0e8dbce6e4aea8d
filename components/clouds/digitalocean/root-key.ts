import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import { SshKeyPair } from "../../resources/ssh-key-pair";
import type { Place } from "../shared/place";

/**
 * The key that DigitalOcean gives root on a data center's droplets. Without one it would set a password and mail it. Nobody logs in
 * as root, and nobody is given the private half.
 */
export function rootKey({ name, site }: Place, opts: pulumi.CustomResourceOptions): digitalocean.SshKey {
  const keyPair = new SshKeyPair(`${name}-root`, { comment: `${site}-${name}-root` }, opts);
  // The account has each key once, and what a comment says makes no other key of it.
  return new digitalocean.SshKey(name, { publicKey: keyPair.publicKey.apply(withoutComment) }, opts);
}

/** The key itself, of a line of `authorized_keys`. */
function withoutComment(line: string): string {
  return line.split(" ").slice(0, 2).join(" ");
}
