import type * as pulumi from "@pulumi/pulumi";
import type { AccessSettings } from "./model/network/access";
import type { Catalogue } from "./model/clouds/catalogue";
import type { DataCenterSettings } from "./model/clouds/data-center";
import type { HealthCheck } from "./model/health-checks/health-check";
import type { Logs } from "./model/observability/logs";
import type { Metrics } from "./model/observability/metrics";
import type { NodePlan, RemoteAccess } from "./model/plan";
import type { PlainApp } from "./model/pools/app";
import type { ProxyVersion } from "./model/pools/protocol";
import type { Rotation } from "./model/operations/rotation";
import type { BalancerRole } from "./model/stack";

/** One place at one provider that web servers and balancers can stand in. Every cloud fulfils this; nothing above knows which. */
export interface DataCenter {
  /** Its name in the stack. */
  readonly name: string;
  /** What a stack says of it, or would say; its provider may be one that Evenkeel does not know. */
  readonly settings: Omit<DataCenterSettings, "provider"> & { readonly provider: string };
  /** What its cloud offers, by which the stack is held; absent when there is nothing to hold it by. */
  readonly catalogue?: Catalogue;
  /** Makes what its machines need, once the whole stack has been found sound. Called once by a deployment. */
  open(args: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter;
}

/** What a data center is told of the deployment that stands in it. */
export interface OpenArgs {
  /** Name of the site. */
  readonly site: string;
  /** Who may reach its machines by SSH. */
  readonly access: AccessSettings;
  /** How often the SSH keys of its machines were renewed. */
  readonly rotation: Rotation;
}

/** A data center in which machines can be made. */
export interface OpenDataCenter {
  /** Its name in the stack. */
  readonly name: string;
  /** TCP port at which its web servers end TLS, in front of their apps; absent where they are asked over plain HTTP. */
  readonly tlsPort?: number;
  /** Makes one web server. */
  webServer(name: string, args: WebServerArgs, opts: pulumi.CustomResourceOptions): WebServer;
  /** Makes one balancer node, which serves nothing until its first rollout. */
  balancerNode(name: string, args: BalancerNodeArgs, opts: pulumi.CustomResourceOptions): BalancerNode;
  /**
   * Lets a balancer reach the web servers here, or the other balancer; absent where nothing stands between them. What it returns must
   * stand before the balancer's rollout, and goes only after the balancer has another configuration.
   */
  admit?(peer: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

/** What a data center is told of a web server. */
export interface WebServerArgs {
  /** Name of its pool. */
  readonly pool: string;
  /** Name of the site. */
  readonly site: string;
  /** Its number in its pool and data center, from 1. */
  readonly ordinal: number;
  /** Size of its machine: `small`, `medium`, `large`, or a name that the data center maps. */
  readonly size: string;
  /** What it runs. */
  readonly app: PlainApp;
  /** Further variables of its app's environment by name, which are secrets and must stay so on their way. @default none */
  readonly secrets?: Readonly<Record<string, pulumi.Output<string>>>;
  /** What tells that it is fit for traffic. */
  readonly healthCheck: HealthCheck;
}

/** A web server, as balancers reach it. */
export interface WebServer {
  /** IP address. */
  readonly address: pulumi.Output<string>;
  /** TCP port. */
  readonly port: pulumi.Output<number>;
  /** How it was made to be told its clients, where that is known by what it runs. @default as its pool says */
  readonly sendProxy?: pulumi.Output<ProxyVersion | undefined>;
  /** Its machine, where that ends TLS. */
  readonly terminator?: TerminatorMachine;
}

/** The machine of a web server, as what ends TLS there is brought to it. */
export interface TerminatorMachine {
  /** Its identity; another machine at the same address gets its own certificate. */
  readonly machine: pulumi.Output<string>;
  /** How it is reached over SSH. */
  readonly remote: pulumi.Output<RemoteAccess>;
  /** The private SSH key by which it is reached; a secret. */
  readonly key: pulumi.Output<string>;
  /** Folder of HAProxy's files there. */
  readonly directory: string;
  /** Most connections of balancers at once. */
  readonly maxConnections: number;
}

/** What a data center is told of a balancer node. */
export interface BalancerNodeArgs {
  /** Its role in the pair. */
  readonly role: BalancerRole;
  /** Size of its machine: `small`, `medium`, `large`, or a name that the data center maps. */
  readonly size: string;
  /** Declared out: it finishes what it has, stops, and stays out. */
  readonly out: boolean;
  /** How long it may take to finish what it has when it is stopped, such as `30s`. */
  readonly stopWithin: string;
  /** Blocks of addresses from which the failover checks its health; absent: from anywhere. */
  readonly checkedFrom?: pulumi.Input<readonly string[]>;
  /** Whether it ends TLS of clients. @default false */
  readonly https?: boolean;
  /** To whom its metrics are shown, beside its machine itself. @default to nobody */
  readonly metrics?: Pick<Metrics, "port" | "from">;
  /** How what it logs of requests is kept, where its machine does not keep that by itself. @default nothing is logged */
  readonly logs?: Logs;
  /** Port of connections that it passes on to tcp pools. @default there is none */
  readonly passthrough?: number | undefined;
}

/** A balancer node, as rollouts, servers and the failover reach it. */
export interface BalancerNode {
  /** Identity of its machine; another machine at the same address gets its own rollout. */
  readonly machine: pulumi.Output<string>;
  /** What a rollout must know of it. */
  readonly node: pulumi.Output<NodePlan>;
  /** The private SSH key by which a rollout reaches it, where it stands on another machine; a secret. */
  readonly key?: pulumi.Output<string>;
  /** The IPv4 address that clients use. It outlives the machine. */
  readonly address: pulumi.Output<string>;
  /** The IPv6 address that clients use, where the cloud gives one. */
  readonly ipv6?: pulumi.Output<string>;
  /** Path of the file of its access log, where that is one of this machine. */
  readonly accessLog?: pulumi.Output<string>;
  /** The IPv4 address that its requests to web servers come from, which need not be that of the clients. */
  readonly sendsFrom: pulumi.Output<string>;
}

/** A balancer, as the machines of a data center see it. */
export interface Peer {
  /** Its role in the pair. */
  readonly role: BalancerRole;
  /** The IPv4 address that it sends from. */
  readonly address: pulumi.Input<string>;
  /** The TCP port that it may reach. */
  readonly port: number;
  /** The machines on which it may. @default "servers" */
  readonly to?: "servers" | "balancers";
}
