import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, BalancerNodeArgs } from "../../data-center";
import { SshKeyPair } from "../../resources/ssh-key-pair";
import { balancerUserData } from "../cloud-init/balancer";
import type { MachineFile } from "../cloud-init/user-data";
import { connectionsOf, type MachineAccess, type MachineAddresses, NODE_DIRECTORY, remoteAccess, remoteNode } from "./machine";

/** A balancer, besides what its cloud makes of it. */
export interface BalancerAccessArgs extends Pick<BalancerNodeArgs, "role" | "https" | "passthrough"> {
  /** Name of its data center. */
  readonly dataCenter: string;
  /** Memory of its machine in MiB, when that is known. */
  readonly memory?: number | undefined;
  /** Further files, which its cloud needs. */
  readonly files: readonly MachineFile[];
}

/** How rollouts reach one balancer's machine. */
export class BalancerAccess {
  /** User data of its machine; a secret, since it holds the machine's host key. */
  readonly userData: pulumi.Output<string>;
  private readonly hostKey: SshKeyPair;

  /** @param name Name of the balancer. */
  constructor(
    name: string,
    private readonly args: BalancerAccessArgs,
    private readonly access: MachineAccess,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { rolloutKey, rotation } = access;
    this.hostKey = new SshKeyPair(`${name}-host`, { comment: name, rotation }, opts);
    this.userData = pulumi.secret(
      pulumi
        .all([this.hostKey.privateKey, this.hostKey.publicKey, rolloutKey.publicKey])
        .apply(([privateKey, publicKey, authorizedKey]) =>
          balancerUserData({
            hostKey: { privateKey, publicKey },
            authorizedKeys: [authorizedKey],
            directory: NODE_DIRECTORY,
            maxConnections: connectionsOf(args.memory),
            operators: access.access.keys,
            files: args.files,
          }),
        ),
    );
  }

  /** What a rollout must know of the balancer, once its machine has addresses. */
  at(addresses: MachineAddresses): Pick<BalancerNode, "node" | "key"> {
    const { access, rolloutKey } = this.access;
    const remote = remoteAccess(addresses, this.hostKey.publicKey, access);
    return { node: remoteNode({ ...this.args, remote }), key: rolloutKey.privateKey };
  }
}
