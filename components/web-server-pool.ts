import * as pulumi from "@pulumi/pulumi";
import type { OpenDataCenter, WebServerArgs } from "./data-center";
import type { Encryption } from "./encryption";
import { asItIs } from "./kept";
import { httpCheck } from "./health-check";
import { type AppSettings, DEFAULT_APP_PORT, DEFAULT_START_WITHIN, DEFAULT_STOP_WITHIN } from "./model/pools/app";
import type { AllDown } from "./model/pools/all-down";
import { type Balancing, balancingOf } from "./model/pools/balancing";
import type { Batch } from "./model/operations/batches";
import type { HealthCheck } from "./model/health-checks/health-check";
import type { MaintenancePage } from "./model/operations/maintenance-page";
import type { MinimumHealthy } from "./model/pools/minimum-healthy";
import type { OutlierDetection } from "./model/pools/outlier-detection";
import { stated } from "./model/stated";
import { checkOf, passesOf } from "./model/routing/passthrough";
import { type PoolPlan, plannedServers, type ServerPlan } from "./model/plan";
import { spokenVariables } from "./model/pools/protocol";
import { DEFAULT_RESPONSE_TIMEOUT, DEFAULT_SERVER_SIZE, DEFAULT_SLOW_START } from "./model/pools/pool";

/** Secrets by name, as a program has them; they are kept as secrets also when they come as plain texts. */
export type Secrets = Readonly<Record<string, pulumi.Input<string>>>;

/** The web servers that serve one purpose. */
export interface WebServerPoolArgs extends Balancing {
  /** Short name of the pool; part of its servers' names. */
  readonly pool: string;
  /** Name of the site that it belongs to. */
  readonly site: string;
  /** The data centers by name; at least those that `servers` names. */
  readonly dataCenters: Readonly<Record<string, OpenDataCenter>>;
  /** How many servers run in each data center, by its name, 0 to 200. */
  readonly servers: Readonly<Record<string, number>>;
  /** Names of the servers that are declared out: they stand, but get no requests. @default none */
  readonly out?: ReadonlySet<string>;
  /** The pool is declared out: what requests to it get instead. @default it serves */
  readonly page?: MaintenancePage;
  /** What the servers run. @default the sample site */
  readonly app?: Partial<AppSettings>;
  /** The secrets that its app's environment may refer to, by name. @default none */
  readonly secrets?: Secrets;
  /** How the balancers check them. @default httpCheck() */
  readonly healthCheck?: HealthCheck;
  /** Size of its machines in a cloud: `small`, `medium`, `large`, or a name that each of its data centers maps. @default "small" */
  readonly size?: string;
  /** Data centers whose API is in trouble: no rollout waits for the servers there. @default none */
  readonly frozen?: ReadonlySet<string>;
  /** Amid a deploy, which servers are replaced now. @default all that must be */
  readonly batch?: Batch;
  /** What servers and balancers prove by who they are; needed where a data center ends TLS on its machines. @default none */
  readonly encryption?: Encryption;
  /** The longest honest answer of the app. @default "30s" */
  readonly responseTimeout?: string;
  /** How long a new or returning server takes to its full share. @default "10s" */
  readonly slowStart?: string;
  /** When a server is ejected by what it answers to clients. @default never */
  readonly outlierDetection?: OutlierDetection | undefined;
  /** What its requests get when all of its servers are down. @default an error with status 503 */
  readonly whenAllDown?: AllDown | undefined;
  /** Healthy servers below which a data center is left out, by its name. @default never */
  readonly minimumHealthy?: MinimumHealthy | undefined;
  /** What it gets: requests, or connections as they come. @default "http" */
  readonly protocol?: PoolPlan["protocol"];
  /** Version of the PROXY protocol by which its servers are told their clients, with `tcp`. @default none */
  readonly sendProxy?: ServerPlan["sendProxy"];
}

/**
 * Web servers in several data centers, each an individual resource named after its pool, data center and number
 * (`web-virginia-3`). A pool that shrinks loses its highest numbers.
 *
 * @example
 * const pool = new WebServerPool("web", { pool: "web", site: "shop", dataCenters: { a, b }, servers: { a: 2, b: 2 } });
 */
export class WebServerPool extends pulumi.ComponentResource {
  /** The pool as a balancer is told of it: without the servers that are out. */
  readonly plan: pulumi.Output<PoolPlan>;
  /** All of its servers by name. */
  readonly servers: pulumi.Output<Record<string, ServerPlan>>;

  constructor(name: string, args: WebServerPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:index:WebServerPool", name, {}, opts);
    const { pool, site, dataCenters, servers, encryption } = args;
    const responseTimeout = args.responseTimeout ?? DEFAULT_RESPONSE_TIMEOUT;
    const { protocol, sendProxy } = args;
    const healthCheck = checkOf({ protocol, healthCheck: args.healthCheck ?? httpCheck() });
    const passes = passesOf({ protocol, sendProxy, tunnelTimeout: args.tunnelTimeout, healthCheck });
    const size = args.size ?? DEFAULT_SERVER_SIZE;
    const app = {
      port: DEFAULT_APP_PORT,
      environment: {},
      startWithin: DEFAULT_START_WITHIN,
      stopWithin: DEFAULT_STOP_WITHIN,
      ...args.app,
    };
    app.environment = { ...app.environment, ...spokenVariables({ protocol, sendProxy }) };
    const told = { pool, site, size, healthCheck, ...withSecrets(name, app, args.secrets ?? {}) };

    const all: Record<string, pulumi.Output<ServerPlan>> = {};
    for (const server of plannedServers({ [pool]: { servers } })) {
      const place = dataCenters[server.dataCenter];
      if (place === undefined)
        throw new pulumi.RunError(`${name}: servers names ${server.dataCenter}, which is not one of its data centers`);
      const kept = args.batch !== undefined && !args.batch.takes.includes(server.name);
      const opts = kept ? { parent: this, transformations: [asItIs] } : { parent: this };
      const made = place.webServer(server.name, { ...told, ordinal: server.ordinal }, opts);
      const { address, port, terminator } = made;
      const marks = {
        ...(args.frozen?.has(server.dataCenter) === true ? { frozen: true } : {}),
        ...(args.batch?.proven.includes(server.name) === true ? { awaited: true } : {}),
      };
      const tls = { port: place.tlsPort ?? app.port, appPort: app.port, responseTimeout, ...passes };
      // A machine that is kept is reached by the key that it knows, and its app serves where it did.
      const reached = kept ? { parent: this, ignoreChanges: ["key", "plan"] } : { parent: this };
      const terminated = terminator && encryption?.terminate(server, terminator, tls, reached);
      if (terminator !== undefined && terminated === undefined)
        throw new pulumi.RunError(`${name}: ${server.dataCenter} ends TLS on its machines, which needs encryption`);
      // How a server was made to be told its clients; one that is kept amid a deploy may be told otherwise than the stack has it now.
      const own = pulumi.output(terminated?.sendProxy ?? made.sendProxy ?? sendProxy);
      const spokenTo = own.apply((version) => (protocol === "tcp" && version !== undefined ? { sendProxy: version } : {}));
      all[server.name] = pulumi
        .all([address, port, terminated?.certifiedName, spokenTo])
        .apply(([address, port, certifiedName, proxied]) => ({
          ...{ dataCenter: server.dataCenter, address, port },
          ...(certifiedName === undefined ? {} : { certifiedName }),
          ...proxied,
          ...marks,
        }));
    }
    const { outlierDetection, whenAllDown, minimumHealthy, page } = args;
    this.plan = pulumi.output({
      healthCheck,
      responseTimeout,
      slowStart: args.slowStart ?? DEFAULT_SLOW_START,
      ...stated({ outlierDetection, whenAllDown, minimumHealthy, page }),
      ...balancingOf(args),
      ...(protocol === undefined ? {} : { protocol }),
      servers: Object.fromEntries(Object.entries(all).filter(([server]) => args.out?.has(server) !== true)),
    });
    this.servers = pulumi.output(all);
    this.registerOutputs({});
  }
}

/** An app, and the secrets of its environment by variable. */
function withSecrets(name: string, app: AppSettings, known: Secrets): Pick<WebServerArgs, "app" | "secrets"> {
  const environment: Record<string, string> = {};
  const secrets: Record<string, pulumi.Output<string>> = {};
  for (const [variable, value] of Object.entries(app.environment)) {
    if (typeof value === "string") {
      environment[variable] = value;
      continue;
    }
    const secret = known[value.secret];
    if (secret === undefined) throw new pulumi.RunError(`${name}: ${variable} names a secret that it does not have`);
    secrets[variable] = pulumi.secret(secret);
  }
  return { app: { ...app, environment }, ...(Object.keys(secrets).length === 0 ? {} : { secrets }) };
}
