import * as pulumi from "@pulumi/pulumi";
import type { OpenArgs, TerminatorMachine, WebServer } from "../data-center";
import { maxConnections } from "../haproxy/defaults";
import type { CloudSettings } from "../model/data-center";
import { SshKeyPair } from "../ssh-key-pair";
import { serverUserData, type ServerUserDataArgs } from "./cloud-init/server";
import { type MachineAddresses, NODE_DIRECTORY, remoteAccess, TLS_PORT } from "./machine";

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
   * @param addresses Its addresses; balancers reach it at the public one.
   * @param access How it is reached over SSH.
   */
  at(machine: pulumi.Output<string>, addresses: MachineAddresses, access: OpenArgs["access"]): WebServer {
    const address = pulumi.output(addresses.public);
    if (this.hostKey === undefined || this.rolloutKey === undefined) return { address, port: pulumi.output(this.appPort) };
    const terminator: TerminatorMachine = {
      machine,
      remote: remoteAccess(addresses, this.hostKey.publicKey, access),
      key: this.rolloutKey.privateKey,
      directory: NODE_DIRECTORY,
      maxConnections: CONNECTIONS,
    };
    return { address, port: pulumi.output(TLS_PORT), terminator };
  }
}
