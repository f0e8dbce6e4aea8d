import * as pulumi from "@pulumi/pulumi";
import type { OpenDataCenter, WebServerArgs } from "./data-center";
import type { Encryption } from "./encryption";
import { asItIs } from "./kept";
import type { Batch } from "./model/operations/batches";
import { type PoolPlan, plannedServers, type ServerPlan } from "./model/plan";
import type { AppSettings } from "./model/pools/app";
import { type PoolInput, poolWithDefaults } from "./model/pools/pool";
import { spokenVariables } from "./model/pools/protocol";
import { checkOf, passesOf } from "./model/routing/passthrough";
import { type PoolMaintenance, poolPlan } from "./model/site-plan";

/** Secrets by name, as a program has them; they are kept as secrets also when they come as plain texts. */
export type Secrets = Readonly<Record<string, pulumi.Input<string>>>;

/** The web servers that serve one purpose: a pool as a stack states it, with what only a program has. */
export interface WebServerPoolArgs extends PoolInput, PoolMaintenance {
  /** Short name of the pool; part of its servers' names. */
  readonly pool: string;
  /** Name of the site that it belongs to. */
  readonly site: string;
  /** The data centers by name; at least those that `servers` names. */
  readonly dataCenters: Readonly<Record<string, OpenDataCenter>>;
  /** The secrets that its app's environment may refer to, by name. @default none */
  readonly secrets?: Secrets | undefined;
  /** Data centers whose API is in trouble: no rollout waits for the servers there. @default none */
  readonly frozen?: ReadonlySet<string>;
  /** Amid a deploy, which servers are replaced now. @default all that must be */
  readonly batch?: Batch | undefined;
  /** What servers and balancers prove by who they are; needed where a data center ends TLS on its machines. @default none */
  readonly encryption?: Encryption | undefined;
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
    const { pool, site, dataCenters, encryption } = args;
    const settings = poolWithDefaults(args);
    const { servers, protocol, sendProxy, tunnelTimeout, responseTimeout, size } = settings;
    const healthCheck = checkOf(settings);
    const passes = passesOf({ protocol, sendProxy, tunnelTimeout, healthCheck });
    const environment = { ...settings.app.environment, ...spokenVariables({ protocol, sendProxy }) };
    const app = { ...settings.app, environment };
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
    this.servers = pulumi.output(all);
    this.plan = this.servers.apply((known) => poolPlan(settings, known, args));
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
