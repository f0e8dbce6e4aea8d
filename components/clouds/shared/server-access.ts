import * as pulumi from "@pulumi/pulumi";
import type { TerminatorMachine, WebServer, WebServerArgs } from "../../data-center";
import { maxConnections } from "../../haproxy/defaults";
import { type CloudSettings, TLS_PORT } from "../../model/clouds/data-center";
import { SshKeyPair } from "../../resources/ssh-key-pair";
import type { RolledOut } from "../cloud-init/haproxy";
import { serverUserData, type ServerUserDataArgs } from "../cloud-init/server";
import { userDataSize } from "../cloud-init/user-data";
import { type MachineAccess, type MachineAddresses, NODE_DIRECTORY, remoteAccess } from "./machine";

/** Memory that a terminator reckons with in MiB; the rest is the app's. */
const MEMORY = 1024;
const CONNECTIONS = maxConnections(Infinity, MEMORY * 2 ** 20);
/** No SSH key of ours is longer, with its comment. */
const LONGEST_KEY = "k".repeat(1_024);

/** Port at which the web servers of a data center end TLS; undefined where they are asked over plain HTTP. */
export function tlsPortOf({ encryption = "tls" }: Pick<CloudSettings, "encryption">): number | undefined {
  return encryption === "tls" ? TLS_PORT : undefined;
}

/** How one web server's machine is reached: by balancers, and by what brings its certificate. */
export class ServerAccess {
  /** What its machine is told. It is a secret where it holds the machine's host key, or a secret of its app. */
  readonly userData: pulumi.Input<string>;
  /** Most bytes that it can have, known before any key is, less the secrets of its app. */
  readonly userDataSize: number;
  private readonly appPort: number;
  private readonly hostKey: SshKeyPair | undefined;

  /**
   * @param name Name of the server.
   * @param args What its machine is told besides, with further variables of its app's environment that are secrets.
   * @param access How it is reached over SSH, which it is not where it serves plain HTTP.
   */
  constructor(
    name: string,
    { secrets, ...args }: Omit<ServerUserDataArgs, "terminator"> & Pick<WebServerArgs, "secrets">,
    private readonly access: Omit<MachineAccess, "rolloutKey"> & { readonly rolloutKey: SshKeyPair | undefined },
    opts: pulumi.CustomResourceOptions,
  ) {
    const { rolloutKey, rotation } = access;
    this.appPort = args.app.port;
    const whole = secrets === undefined ? args : withSecrets(args, secrets);
    if (rolloutKey === undefined) {
      const plain = serverUserData(args);
      this.userData = secrets === undefined ? plain : pulumi.output(whole).apply(serverUserData);
      this.userDataSize = userDataSize(plain);
      return;
    }
    const hostKey = new SshKeyPair(`${name}-host`, { comment: name, rotation }, opts);
    this.hostKey = hostKey;
    const withKeys = (told: typeof args, privateKey: string, publicKey: string, authorizedKey: string): string =>
      serverUserData({ ...told, terminator: rolledOut({ privateKey, publicKey }, authorizedKey) });
    this.userDataSize = userDataSize(withKeys(args, LONGEST_KEY, LONGEST_KEY, LONGEST_KEY));
    this.userData = pulumi
      .all([whole, hostKey.privateKey, hostKey.publicKey, rolloutKey.publicKey])
      .apply((told) => withKeys(...told));
  }

  /**
   * The server, once its machine is there.
   *
   * @param machine Identity of the machine.
   * @param addresses Its addresses; balancers reach it at the public one.
   */
  at(machine: pulumi.Output<string>, addresses: MachineAddresses): WebServer {
    const { access, rolloutKey } = this.access;
    const address = pulumi.output(addresses.public);
    if (this.hostKey === undefined || rolloutKey === undefined) return { address, port: pulumi.output(this.appPort) };
    const terminator: TerminatorMachine = {
      machine,
      remote: remoteAccess(addresses, this.hostKey.publicKey, access),
      key: rolloutKey.privateKey,
      directory: NODE_DIRECTORY,
      maxConnections: CONNECTIONS,
    };
    return { address, port: pulumi.output(TLS_PORT), terminator };
  }
}

function rolledOut(hostKey: RolledOut["hostKey"], authorizedKey: string): RolledOut {
  return { hostKey, authorizedKeys: [authorizedKey], directory: NODE_DIRECTORY, maxConnections: CONNECTIONS };
}

/** What a machine is told, with the secrets of its app. */
function withSecrets(
  args: Omit<ServerUserDataArgs, "terminator">,
  secrets: NonNullable<WebServerArgs["secrets"]>,
): pulumi.Output<Omit<ServerUserDataArgs, "terminator">> {
  return pulumi
    .all(secrets)
    .apply((values) => ({ ...args, app: { ...args.app, environment: { ...args.app.environment, ...values } } }));
}
