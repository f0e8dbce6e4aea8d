import type * as pulumi from "@pulumi/pulumi";
import type { HealthCheck } from "./model/health-check";
import type { NodePlan } from "./model/plan";
import type { AppSettings, BalancerRole } from "./model/stack";

/** One place at one provider that web servers and balancers can stand in. Every cloud fulfils this; nothing above knows which. */
export interface DataCenter {
  /** Its name in the stack. */
  readonly name: string;
  /** Its provider, as the stack file calls it: `local`. */
  readonly provider: string;
  /** With the provider `existing`: the addresses of its servers, by pool. Nothing is made there. */
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  /** Makes one web server. */
  webServer(name: string, args: WebServerArgs, opts: pulumi.CustomResourceOptions): WebServer;
  /** Makes one balancer node, which serves nothing until its first rollout. */
  balancerNode(name: string, args: BalancerNodeArgs, opts: pulumi.CustomResourceOptions): BalancerNode;
}

/** What a data center is told of a web server. */
export interface WebServerArgs {
  /** Name of its pool. */
  readonly pool: string;
  /** Name of the site. */
  readonly site: string;
  /** Its number in its pool and data center, from 1. */
  readonly ordinal: number;
  /** What it runs. */
  readonly app: AppSettings;
  /** What tells that it is fit for traffic. */
  readonly healthCheck: HealthCheck;
}

/** A web server, as balancers reach it. */
export interface WebServer {
  /** IP address. */
  readonly address: pulumi.Output<string>;
  /** TCP port. */
  readonly port: pulumi.Output<number>;
}

/** What a data center is told of a balancer node. */
export interface BalancerNodeArgs {
  /** Its role in the pair. */
  readonly role: BalancerRole;
  /** Declared out: it finishes what it has, stops, and stays out. */
  readonly out: boolean;
  /** How long it may take to finish what it has when it is stopped, such as `30s`. */
  readonly stopWithin: string;
}

/** A balancer node, as rollouts and the failover reach it. */
export interface BalancerNode {
  /** Identity of its machine; another machine at the same address gets its own rollout. */
  readonly machine: pulumi.Output<string>;
  /** What a rollout must know of it. */
  readonly node: pulumi.Output<NodePlan>;
}
