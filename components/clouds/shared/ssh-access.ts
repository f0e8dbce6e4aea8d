import type * as pulumi from "@pulumi/pulumi";
import type { BalancerNodeArgs, OpenArgs, WebServerArgs } from "../../data-center";
import { SshKeyPair } from "../../resources/ssh-key-pair";
import type { MachineFile } from "../cloud-init/user-data";
import { BalancerAccess } from "./balancer-access";
import type { Place } from "./place";
import { ServerAccess, tlsPortOf } from "./server-access";

/** How the machines of a data center are reached over SSH: who may, and by which keys. */
export class SshAccess {
  /** Port at which its web servers end TLS; undefined where they serve plain HTTP. */
  readonly tlsPort: number | undefined;
  private serverKeyPair: SshKeyPair | undefined;

  /**
   * @param opts Of the keys.
   * @param files Files that a machine of this cloud needs to keep the host key that it is given. @default none
   */
  constructor(
    private readonly place: Place,
    private readonly args: Pick<OpenArgs, "access" | "rotation">,
    private readonly opts: pulumi.CustomResourceOptions,
    private readonly files: readonly MachineFile[] = [],
  ) {
    this.tlsPort = tlsPortOf(place.settings);
  }

  /** Access to a web server. Its keys are created here; its machine is up to the caller. */
  toServer(name: string, { pool, site, app, secrets }: WebServerArgs, opts: pulumi.CustomResourceOptions): ServerAccess {
    const { access, rotation } = this.args;
    const files = this.tlsPort === undefined ? [] : this.files;
    const told = { site, pool, server: name, dataCenter: this.place.name, app, secrets, operators: access.keys, files };
    return new ServerAccess(name, told, { access, rolloutKey: this.serverKey(), rotation: rotation.servers }, opts);
  }

  /**
   * Access to a balancer. Its keys are created here; its machine is up to the caller.
   *
   * @param memory Of its machine, in MiB, when that is known.
   */
  toBalancer(
    name: string,
    args: BalancerNodeArgs,
    memory: number | undefined,
    opts: pulumi.CustomResourceOptions,
  ): BalancerAccess {
    const { access } = this.args;
    const rotation = this.args.rotation[args.role];
    const rolloutKey = this.key(this.place.name, rotation);
    const { name: dataCenter } = this.place;
    return new BalancerAccess(name, { ...args, dataCenter, memory, files: this.files }, { access, rolloutKey, rotation }, opts);
  }

  /** The key by which certificates are brought to web servers, of which there is one for all. */
  private serverKey(): SshKeyPair | undefined {
    if (this.tlsPort === undefined) return undefined;
    return (this.serverKeyPair ??= this.key(`${this.place.name}-servers`, this.args.rotation.servers));
  }

  private key(name: string, rotation: number): SshKeyPair {
    return new SshKeyPair(name, { comment: `${this.place.site}-${name}`, rotation }, this.opts);
  }
}
