import { readFileSync } from "node:fs";
import { ACME_CERTIFICATE } from "../components/contracts/acme-certificate";
import { AUTHORITY } from "../components/contracts/authority";
import { CERTIFICATE } from "../components/contracts/certificate";
import { PROCESS } from "../components/contracts/process";
import { ROLLOUT } from "../components/contracts/rollout";
import { SSH_KEY_PAIR } from "../components/contracts/ssh-key-pair";
import { TLS_TERMINATOR } from "../components/contracts/tls-terminator";
import { AcmeCertificateResource } from "./acme/resource";
import { AuthorityResource } from "./keys/authority";
import { CertificateResource } from "./keys/certificate";
import { SshKeyPairResource } from "./keys/ssh-key-pair";
import { ProcessResource } from "./process/resource";
import { reach, reachTerminator } from "./rollout/reach";
import { type Reach, type Renderer, RolloutResource } from "./rollout/resource";
import { TlsTerminatorResource } from "./rollout/terminator";
import type { AnyResource } from "./server";

/** The plugin's version, which is the package's; the engine only shows it. */
export const { version: VERSION } = JSON.parse(readFileSync(require.resolve("evenkeel/package.json"), "utf8")) as {
  version: string;
};

/** What a plugin does in another way than a user's. */
export interface PluginOptions {
  /** The directory under which new stacks get the directories of their processes. @default what the environment says, or the user's cache */
  readonly runRoot?: string;
  /** How balancers are reached. @default as their plan says */
  readonly reach?: Reach;
  /** Turns a plan into a balancer's configuration. @default HAProxy's */
  readonly render?: Renderer;
}

/** The plugin's resource types by token, for one run of the engine: they remember what they have seen in it. */
export function resourceTypes(options: PluginOptions = {}): Record<string, AnyResource> {
  return {
    [ACME_CERTIFICATE]: new AcmeCertificateResource() as unknown as AnyResource,
    [AUTHORITY]: new AuthorityResource() as unknown as AnyResource,
    [CERTIFICATE]: new CertificateResource() as unknown as AnyResource,
    [PROCESS]: new ProcessResource(options.runRoot) as unknown as AnyResource,
    [ROLLOUT]: new RolloutResource(options.reach ?? reach, options.render) as unknown as AnyResource,
    [SSH_KEY_PAIR]: new SshKeyPairResource() as unknown as AnyResource,
    [TLS_TERMINATOR]: new TlsTerminatorResource(reachTerminator) as unknown as AnyResource,
  };
}
