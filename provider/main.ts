import { AcmeCertificateResource } from "./acme/resource";
import { ACME_CERTIFICATE } from "../components/contracts/acme-certificate";
import { AUTHORITY } from "../components/contracts/authority";
import { CERTIFICATE } from "../components/contracts/certificate";
import { PROCESS } from "../components/contracts/process";
import { ROLLOUT } from "../components/contracts/rollout";
import { SSH_KEY_PAIR } from "../components/contracts/ssh-key-pair";
import { TLS_TERMINATOR } from "../components/contracts/tls-terminator";
import { AuthorityResource } from "./keys/authority";
import { CertificateResource } from "./keys/certificate";
import { SshKeyPairResource } from "./keys/ssh-key-pair";
import { ProcessResource } from "./process/resource";
import { reach, reachTerminator } from "./rollout/reach";
import { RolloutResource } from "./rollout/resource";
import { TlsTerminatorResource } from "./rollout/terminator";
import { type AnyResource, serve } from "./server";

/** The plugin's own version; the engine only shows it. */
const VERSION = "0.1.0";
/** How often the plugin looks whether its engine is still there, in milliseconds. */
const LOOK_EVERY = 500;
/** How long it then has to leave things whole, in milliseconds. */
const LEAVE_WITHIN = 20_000;

async function main(): Promise<void> {
  const resources: Record<string, AnyResource> = {
    [ACME_CERTIFICATE]: new AcmeCertificateResource() as unknown as AnyResource,
    [AUTHORITY]: new AuthorityResource() as unknown as AnyResource,
    [CERTIFICATE]: new CertificateResource() as unknown as AnyResource,
    [PROCESS]: new ProcessResource() as unknown as AnyResource,
    [ROLLOUT]: new RolloutResource(reach) as unknown as AnyResource,
    [SSH_KEY_PAIR]: new SshKeyPairResource() as unknown as AnyResource,
    [TLS_TERMINATOR]: new TlsTerminatorResource(reachTerminator) as unknown as AnyResource,
  };
  const server = await serve(VERSION, resources, process.argv[2]);
  // The engine reads the port from here; nothing else may be written to standard output.
  process.stdout.write(`${server.port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));

  const engine = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === engine) return;
    clearInterval(watch);
    // The engine was killed: end what is going on, which puts the old configuration back, and go.
    server.abort();
    setTimeout(() => process.exit(1), LEAVE_WITHIN).unref();
    void server.drain().finally(() => process.exit(1));
  }, LOOK_EVERY);
  watch.unref();
}

void main();
