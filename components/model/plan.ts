import type { AllDown } from "./pools/all-down";
import type { Balancing } from "./pools/balancing";
import type { HealthCheck } from "./health-checks/health-check";
import type { Limits } from "./limits/limits";
import type { Logs } from "./observability/logs";
import type { MaintenancePage } from "./operations/maintenance-page";
import type { Metrics } from "./observability/metrics";
import type { MinimumHealthy } from "./pools/minimum-healthy";
import { byName, serverName } from "./name";
import type { OutlierDetection } from "./pools/outlier-detection";
import type { Passes, PassthroughRoute } from "./routing/passthrough";
import type { PROTOCOLS, ProxyVersion } from "./pools/protocol";
import type { Route } from "./routing/route";
import type { PoolSettings } from "./pools/pool";
import type { BalancerRole, Stack } from "./stack";
import type { HttpsPlan } from "./tls/tls";

/** What both balancers of a pair are told: the site as it shall be. Plain values, everything keyed by name; durations are texts. */
export interface Plan {
  /** Name of the site. */
  readonly site: string;
  /** The pools by name. */
  readonly pools: Readonly<Record<string, PoolPlan>>;
  /** Which requests go to which pool; the first that matches. */
  readonly routes: readonly Route[];
  /** The longest connection that outlives a change of configuration, such as `30m`. */
  readonly longestConnection: string;
  /** What a client may ask; absent: as much as it likes. */
  readonly limits?: Limits;
  /** What is logged of requests; absent: nothing is. */
  readonly logs?: Pick<Logs, "query">;
  /** To whom metrics are shown; absent: to nobody. */
  readonly metrics?: Metrics;
  /**
   * What balancers show to servers that end TLS, and to each other, the name that it is for, and whom they trust; public. Absent where
   * nobody is to be shown it.
   */
  readonly tls?: { readonly trusted: string; readonly certificate: string; readonly name: string };
  /** Which connections go to which tcp pool; the first that matches. Absent where there is none. */
  readonly passthrough?: readonly PassthroughRoute[];
  /** TLS between clients and the site. Absent where there is none. */
  readonly https?: HttpsPlan;
}

/** One pool, as a balancer sees it. */
export interface PoolPlan extends Balancing {
  /** What it gets. @default "http" */
  readonly protocol?: (typeof PROTOCOLS)[number] | undefined;
  /** How its servers are checked. */
  readonly healthCheck: HealthCheck;
  /** The longest honest answer, such as `30s`. */
  readonly responseTimeout: string;
  /** How long a new server takes to its full share, such as `10s`. */
  readonly slowStart: string;
  /** When a server is ejected by what it answers to clients; absent: never. */
  readonly outlierDetection?: OutlierDetection;
  /** What its requests get when all of its servers are down; absent: a 503. */
  readonly whenAllDown?: AllDown;
  /** Healthy servers below which a data center is left out, by its name; absent: never. */
  readonly minimumHealthy?: MinimumHealthy;
  /** It is declared out: what requests to it get instead of an answer of its servers. */
  readonly page?: MaintenancePage;
  /** Its servers by name. */
  readonly servers: Readonly<Record<string, ServerPlan>>;
}

/** One web server, as a balancer reaches it. */
export interface ServerPlan {
  /** Name of its data center. */
  readonly dataCenter: string;
  /** IP address that it is reached at. */
  readonly address: string;
  /** Port that it serves on. */
  readonly port: number;
  /** The name that its certificate must be for; absent where it is reached over plain HTTP. */
  readonly certifiedName?: string;
  /** Version of the PROXY protocol by which it is told its clients, with `tcp`: its own, since amid a deploy the old ones still have theirs. @default none */
  readonly sendProxy?: ProxyVersion | undefined;
  /** Its data center is frozen: no rollout waits for it. @default false */
  readonly frozen?: boolean;
  /** It must be up, also when it was down before: amid a deploy it is what tells whether the new version is any good. @default false */
  readonly awaited?: boolean;
}

/** What one balancer node is, beside the plan that both share. Paths are those on the node. */
export interface NodePlan {
  /** Its role in the pair. */
  readonly role: BalancerRole;
  /** Name of its data center; decides which servers are near. */
  readonly dataCenter: string;
  /** Folder of its configuration, sockets and server state. */
  readonly directory: string;
  /** Address and port of the site. */
  readonly site: Listener;
  /** Address and port of the site over TLS; absent where there is none. */
  readonly https?: TlsListener;
  /** Address and port of connections that are passed on; absent where there are none. */
  readonly passthrough?: TlsListener;
  /** Whether its listeners are on every IPv6 address too. @default false */
  readonly ipv6?: boolean;
  /** Address and port that says whether this balancer can carry traffic; with connections of its own. */
  readonly health: Listener;
  /** Address and port of its metrics, on this machine; elsewhere it is the stack's. */
  readonly metrics?: Listener;
  /** Address and port of UDP that takes its access log, a line each. @default its standard output */
  readonly logTo?: string;
  /** Path of a socket that the front speaks PROXY protocol to, where there is a front. */
  readonly frontSocket?: string;
  /** Most connections of clients at once. */
  readonly maxConnections: number;
  /** Address and port where the other balancer tells it what clients have used, over TLS; absent where it calls, or both are on this machine. */
  readonly calls?: Listener;
  /**
   * Where it reaches the other balancer to tell and hear what clients have used: on this machine a socket, as HAProxy writes them, else
   * where that one is called. Absent where the other one calls.
   */
  readonly peer?: string | Listener;
  /** How its machine is reached over SSH; a node without it stands on this machine. */
  readonly remote?: RemoteAccess;
}

/** How a machine is reached over SSH, beside the private key, which is a secret and stands elsewhere. */
export interface RemoteAccess {
  /** IP address or host name that is dialled. */
  readonly address: string;
  /** TCP port of its SSH server. */
  readonly port: number;
  /** The user that HAProxy runs as, who owns the node's directory. */
  readonly user: string;
  /** The machine's public host key, one line as in `known_hosts` without the name: `ssh-ed25519 AAAA…`. No other is ever accepted. */
  readonly hostKey: string;
  /** The host through which it is reached; absent where it is dialled directly. */
  readonly jump?: JumpHost;
}

/** A host through which machines are reached over SSH. It sees nothing of what goes through it but where to. */
export interface JumpHost {
  /** IP address or host name. */
  readonly host: string;
  /** TCP port of its SSH server. */
  readonly port: number;
  /** The user to log in as; it needs no right but to forward connections. */
  readonly user: string;
  /** Its public host key, one line: `ssh-ed25519 AAAA…`. No other is ever accepted. */
  readonly hostKey: string;
}

/** An address and port that a balancer listens on. */
export interface Listener {
  /** IP address. */
  readonly address: string;
  /** TCP port. */
  readonly port: number;
}

/** Where a balancer gets TLS of clients. */
export interface TlsListener extends Listener {
  /** Path of a socket that the front passes TLS on to, with PROXY protocol, where there is a front. */
  readonly frontSocket?: string;
}

/** One server that the stack asks for. */
export interface PlannedServer {
  /** Unique in the stack and short: `web-virginia-3`. */
  readonly name: string;
  /** Name of its pool. */
  readonly pool: string;
  /** Name of its data center. */
  readonly dataCenter: string;
  /** Its number in its pool and data center, from 1. */
  readonly ordinal: number;
}

/** The servers of every pool, from the numbers of the stack alone. A pool that shrinks loses its highest numbers. */
export function plannedServers(pools: Readonly<Record<string, Pick<PoolSettings, "servers">>>): PlannedServer[] {
  return sortedEntries(pools).flatMap(([pool, { servers }]) =>
    sortedEntries(servers).flatMap(([dataCenter, count]) =>
      Array.from({ length: count }, (_, i) => ({ name: serverName(pool, dataCenter, i + 1), pool, dataCenter, ordinal: i + 1 })),
    ),
  );
}

/** The pools of a plan, or of a stack, that get requests, or those that get connections. */
export function poolsFor<Pool extends Pick<PoolPlan, "protocol">>(
  { pools }: { readonly pools: Readonly<Record<string, Pool>> },
  what: (typeof PROTOCOLS)[number],
): Readonly<Record<string, Pool>> {
  return Object.fromEntries(Object.entries(pools).filter(([, { protocol = "http" }]) => protocol === what));
}

/** The routes of a stack: without any, there is one pool that gets requests, and it takes all of them. */
export function routesOf({ routes, pools }: Pick<Stack, "routes" | "pools">): readonly Route[] {
  return routes ?? Object.keys(poolsFor({ pools }, "http")).map((pool) => ({ pool }));
}

/** The entries of a record in the order of their names, `web-a-2` before `web-a-10`; whatever is made from them is deterministic. */
export function sortedEntries<Value>(record: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(record).sort(([left], [right]) => byName(left, right));
}

/** What ends TLS on a web server's machine, in front of its app. */
export interface TerminatorPlan {
  /** Name of the server, such as `web-virginia-3`. */
  readonly server: string;
  /** Folder of its configuration and sockets, on the machine. */
  readonly directory: string;
  /** TCP port that balancers connect to. */
  readonly port: number;
  /** TCP port that the app serves on, on the machine itself. */
  readonly appPort: number;
  /** The longest honest answer of the app, such as `30s`. */
  readonly responseTimeout: string;
  /** The only name that a client's certificate may be for. */
  readonly peer: string;
  /** The longest connection that outlives a change of configuration, such as `30m`. */
  readonly longestConnection: string;
  /** Most connections of balancers at once. */
  readonly maxConnections: number;
  /** How it passes connections on to an app that gets them as they come; absent where the app gets requests. */
  readonly passes?: Passes;
}
