import type * as pulumi from "@pulumi/pulumi";
import { Encryption } from "../encryption";
import { isInClouds } from "../model/clouds/data-center";
import type { ValidatedStack } from "../model/stack";
import type { Places } from "./places";

/** Makes the CA of a site and its certificates; undefined where nothing of the site is encrypted by them. */
export function siteEncryption(
  name: string,
  stack: ValidatedStack,
  places: Places,
  opts: pulumi.CustomResourceOptions,
): Encryption | undefined {
  // In clouds, balancers that count requests together connect to each other over TLS too.
  const peersEncrypt = stack.limits.rate !== undefined && isInClouds(stack);
  if (!places.terminateTls && !peersEncrypt) return undefined;
  const { longestConnection } = stack.rollout;
  return new Encryption(name, { site: stack.site.name, rotation: stack.rotate.authority, longestConnection }, opts);
}
