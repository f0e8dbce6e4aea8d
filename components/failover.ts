import type * as pulumi from "@pulumi/pulumi";
import type { BalancerNode } from "./data-center";
import type { FailoverSettings } from "./model/network/failover";
import type { BalancerRole } from "./model/stack";

/** How clients find the pair, and leave a dead balancer. */
export interface Failover {
  /** What a stack would say of it, by which the deployment is held; absent when it is none of Evenkeel's own. */
  readonly settings?: FailoverSettings;
  /** Blocks of addresses from which it checks the balancers' health; absent: from anywhere. */
  checkedFrom?(opts: pulumi.InvokeOptions): pulumi.Output<string[]>;
  /**
   * Makes the site reachable through both balancers.
   *
   * @param name Name of what it makes.
   */
  publish(name: string, args: PublishArgs, opts: pulumi.CustomResourceOptions): Publication;
}

/** What shall be reachable. */
export interface PublishArgs {
  /** Both nodes of the pair. */
  readonly nodes: Readonly<Record<BalancerRole, BalancerNode>>;
  /** The one that is declared out, which clients shall leave. @default none */
  readonly out?: BalancerRole;
  /** The name that clients know the site by, where it has one. */
  readonly domain?: string;
  /** Whether clients ask over TLS. @default false */
  readonly https?: boolean;
  /** Port of connections that are passed on. @default there is none */
  readonly passthrough?: number | undefined;
}

/** A site that clients can reach. */
export interface Publication {
  /** Where its page is. */
  readonly url: pulumi.Output<string>;
  /** The name servers of a zone that was made, which its parent must name. */
  readonly nameServers?: pulumi.Output<string[]>;
}
