import * as pulumi from "@pulumi/pulumi";
import type { TerminatorMachine, WebServer } from "../data-center";
import { maxConnections } from "../haproxy/defaults";
import type { CloudSettings } from "../model/data-center";
import type { RemoteAccess } from "../model/plan";
import { SshKeyPair } from "../ssh-key-pair";
import { ROLLOUT_USER } from "./cloud-init/haproxy";
import { serverUserData, type ServerUserDataArgs } from "./cloud-init/server";
import { NODE_DIRECTORY, SSH_PORT, TLS_PORT } from "./machine";

/** Memory that a terminator reckons with in MiB; the rest is the app's. */
const MEMORY = 1024;
const CONNECTIONS = maxConnections(Infinity, MEMORY * 2 ** 20);

/** Port at which the web servers of a data center end TLS; undefined where they are asked over plain HTTP. */
export function tlsPortOf({ encryption = "tls" }: Pick<CloudSettings, "encryption">): number | undefined {
  return encryption === "tls" ? TLS_PORT : undefined;
}

/** How one web server's machine is reached: by balancers, and by what brings its certificate. */
export class ServerAccess {
  /** What its machine is told. It is a secret where it holds the machine's host key. */
  readonly userData: pulumi.Input<string>;
  private readonly appPort: number;
  private readonly hostKey: SshKeyPair | undefined;

  /**
   * @param name Name of the server.
   * @param args What its machine is told besides.
   * @param rolloutKey The key by which it is reached; undefined where it is asked over plain HTTP.
   * @param rotation How often its host key was renewed.
   */
  constructor(
    name: string,
    args: Omit<ServerUserDataArgs, "terminator">,
    private readonly rolloutKey: SshKeyPair | undefined,
    rotation: number,
    opts: pulumi.CustomResourceOptions,
  ) {
    this.appPort = args.app.port;
    if (rolloutKey === undefined) {
      this.userData = serverUserData(args);
      return;
    }
    const hostKey = new SshKeyPair(`${name}-host`, { comment: name, rotation }, opts);
    this.hostKey = hostKey;
    this.userData = pulumi
      .all([hostKey.privateKey, hostKey.publicKey, rolloutKey.publicKey])
      .apply(([privateKey, publicKey, authorizedKey]) =>
        serverUserData({
          ...args,
          terminator: {
            hostKey: { privateKey, publicKey },
            authorizedKeys: [authorizedKey],
            directory: NODE_DIRECTORY,
            maxConnections: CONNECTIONS,
          },
        }),
      );
  }

  /**
   * The server, once its machine is there.
   *
   * @param machine Identity of the machine.
   * @param address The IPv4 address that it is reached at.
   */
  at(machine: pulumi.Output<string>, address: pulumi.Output<string>): WebServer {
    if (this.hostKey === undefined || this.rolloutKey === undefined) return { address, port: pulumi.output(this.appPort) };
    const remote: pulumi.Input<RemoteAccess> = {
      address,
      port: SSH_PORT,
      user: ROLLOUT_USER,
      hostKey: this.hostKey.publicKey,
    } as never;
    const terminator: TerminatorMachine = {
      machine,
      remote: pulumi.output(remote),
      key: this.rolloutKey.privateKey,
      directory: NODE_DIRECTORY,
      maxConnections: CONNECTIONS,
    };
    return { address, port: pulumi.output(TLS_PORT), terminator };
  }
}
