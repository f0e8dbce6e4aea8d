import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, OpenDataCenter } from "./data-center";
import { peerSocket } from "./haproxy/render/peers";
import { PEER_PORT } from "./model/network/balancer-ports";
import type { Logs } from "./model/observability/logs";
import type { Metrics } from "./model/observability/metrics";
import type { NodePlan, Plan } from "./model/plan";
import { balancerSize, type BalancerRole, rolloutWithDefaults } from "./model/stack";
import { Rollout } from "./resources/rollout";

/** One balancer of a pair. */
export interface PlacedBalancer {
  /** Where it stands. */
  readonly in: OpenDataCenter;
  /** Size of its machine in a cloud: `small`, `medium`, `large`, or a name that its data center maps. @default "medium" */
  readonly size?: string;
}

/** A data center whose web servers the pair asks. */
export interface Backends {
  /** The data center. */
  readonly in: OpenDataCenter;
  /** The TCP ports that its servers serve on. */
  readonly ports: readonly number[];
}

/** A pair of load balancers in two data centers, each able to carry all traffic to all pools. */
export interface LoadBalancerPairArgs {
  /** The primary. */
  readonly primary: PlacedBalancer;
  /** The secondary; it stands in another data center than the primary. */
  readonly secondary: PlacedBalancer;
  /** Where the web servers stand, which must let the pair in. @default nowhere that something stands between */
  readonly backends?: readonly Backends[];
  /** The site, as both are told. */
  readonly plan: pulumi.Input<Plan>;
  /** Private key of the certificate that the plan has both show to servers that end TLS. @default none does */
  readonly identityKey?: pulumi.Input<string>;
  /** Private keys of the certificates in the plan that clients are shown, by the certificate's name. @default there is no TLS of clients */
  readonly certificateKeys?: pulumi.Input<Readonly<Record<string, string>>>;
  /** How what is logged of requests is kept. @default nothing is logged */
  readonly logs?: Logs;
  /** To whom metrics are shown, beside the machines themselves. @default to nobody */
  readonly metrics?: Pick<Metrics, "port" | "from">;
  /** Whether the two tell each other what clients have used; on machines they do that as those of the plan's certificate. @default false */
  readonly countTogether?: boolean;
  /** Port of connections that both pass on to tcp pools. @default there is none */
  readonly passthrough?: number | undefined;
  /** The one that is declared out: no traffic, no rollout, and it blocks none. @default none */
  readonly out?: BalancerRole;
  /** How long new servers may take to be up on a balancer. @default "60s" */
  readonly healthyWithin?: string;
  /** How long the sessions of removed servers, and of a stopping balancer, may take to end. @default "30s" */
  readonly drainWithin?: string;
  /** Blocks of addresses from which the failover checks the pair. @default anywhere */
  readonly checkedFrom?: pulumi.Input<readonly string[]>;
}

/**
 * The pair of HAProxy balancers, rolled out one after the other: a bad configuration, or a replacement, never reaches both.
 *
 * @example
 * const pair = new LoadBalancerPair("shop", { primary: { in: a }, secondary: { in: b }, plan });
 */
export class LoadBalancerPair extends pulumi.ComponentResource {
  /** The nodes by role. */
  readonly nodes: Readonly<Record<BalancerRole, BalancerNode>>;
  /** What stands for the pair being rolled out. */
  readonly rollouts: readonly Rollout[];

  constructor(name: string, args: LoadBalancerPairArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:index:LoadBalancerPair", name, {}, opts);
    const { plan, identityKey, certificateKeys, out, checkedFrom, backends = [], countTogether = false } = args;
    const { logs, metrics, passthrough } = args;
    const https = certificateKeys !== undefined;
    const stated = { healthyWithin: args.healthyWithin, drainWithin: args.drainWithin };
    const { healthyWithin, drainWithin } = rolloutWithDefaults(stated, false);
    const nodeOf = (role: BalancerRole, dependsOn: pulumi.Resource[]): BalancerNode => {
      const place = args[role].in;
      const size = balancerSize.parse(args[role].size);
      return place.balancerNode(
        `${name}-${role}`,
        { role, size, out: out === role, stopWithin: drainWithin, checkedFrom, https, passthrough, logs, metrics },
        { parent: this, dependsOn },
      );
    };
    // Each rollout waits for what lets its own balancer in, and not for the other's, whose address may come only later.
    const admit = (role: BalancerRole, address: pulumi.Output<string>): pulumi.Resource[] => {
      const into = (place: OpenDataCenter, port: number, to: "servers" | "balancers"): pulumi.Resource[] =>
        [place.admit?.({ role, address, port, to }, { parent: this }) ?? []].flat();
      return [
        ...backends.flatMap(({ in: place, ports }) => ports.flatMap((port) => into(place, port, "servers"))),
        ...(countTogether && role === "primary" ? into(args.secondary.in, PEER_PORT, "balancers") : []),
      ];
    };
    const rollOut = (role: BalancerRole, { machine, node, key, sendsFrom }: BalancerNode, peer?: BalancerNode): Rollout[] => {
      const dependsOn = admit(role, sendsFrom);
      if (out === role) return [];
      // The first to be rolled out can't know where the other one will be: it is called.
      const known = countTogether && peer !== undefined ? calling(node, peer) : node;
      const keys = { key, peerKey: peer?.key, identityKey, certificateKeys };
      const from = { machine, node: known, plan, peer: peer?.node, ...keys, healthyWithin, drainWithin };
      return [new Rollout(`${name}-${role}`, from, { parent: this, dependsOn })];
    };

    // The other's machine waits for the first one's rollout, and with it the other's own. One that is out comes last: when it stops, the
    // other one serves, also where that one was out until now.
    const [one, other]: [BalancerRole, BalancerRole] = out === "secondary" ? ["primary", "secondary"] : ["secondary", "primary"];
    const leading = nodeOf(one, []);
    const first = rollOut(one, leading);
    const following = nodeOf(other, first);
    const second = rollOut(other, following, leading);

    this.nodes = one === "primary" ? { primary: leading, secondary: following } : { primary: following, secondary: leading };
    this.rollouts = [...first, ...second];
    this.registerOutputs({});
  }
}

/** A balancer that calls another one. */
function calling(node: pulumi.Output<NodePlan>, other: BalancerNode): pulumi.Output<NodePlan> {
  return pulumi.all([node, other.node, other.address]).apply(([own, { directory, remote, calls }, address]) => {
    if (remote === undefined) return { ...own, peer: peerSocket(directory) };
    return calls === undefined ? own : { ...own, peer: { address, port: calls.port } };
  });
}
