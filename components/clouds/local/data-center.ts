import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, BalancerNodeArgs, DataCenter, OpenDataCenter, WebServer, WebServerArgs } from "../../data-center";
import { FILES } from "../../haproxy/configuration";
import { renderIdle } from "../../haproxy/render/balancer";
import { questionIn } from "../../model/health-checks/health-check";
import type { NodePlan } from "../../model/plan";
import { sendProxyOf } from "../../model/pools/protocol";
import { ACCESS_LOG, accessLog } from "./access-log";
import { Process } from "../../resources/process";
import { connectionsHere, LOOPBACK, projectDirectory, runningStack, shippedProgram } from "./this-machine";

/** Name of the socket by which only the front reaches a balancer. */
const FRONT_SOCKET = "front.sock";
/** The same for connections that are TLS. */
const FRONT_TLS_SOCKET = "front-tls.sock";
/** The same for connections that are passed on. */
const FRONT_PASSTHROUGH_SOCKET = "front-tcp.sock";
/** How long a balancer may take to accept commands; it starts in milliseconds. */
const BALANCER_START_WITHIN = "15s";

/**
 * A data center played by processes of this machine: real web servers, and a real HAProxy as balancer.
 *
 * @example
 * const a = new LocalDataCenter("a");
 */
export class LocalDataCenter implements DataCenter, OpenDataCenter {
  readonly settings = { provider: "local" } as const;

  /** @param name Its name in the stack. */
  constructor(readonly name: string) {}

  /** This machine has what processes need. */
  open(): this {
    return this;
  }

  webServer(
    name: string,
    { pool, site, app, secrets, healthCheck }: WebServerArgs,
    opts: pulumi.CustomResourceOptions,
  ): WebServer {
    const process = new Process(
      name,
      {
        stack: runningStack(),
        command: app.command === undefined ? ["{node}", shippedProgram("sample-site")] : ["/bin/sh", "-c", app.command],
        environment: {
          PORT: "{port}",
          EVENKEEL_SITE: site,
          EVENKEEL_POOL: pool,
          EVENKEEL_SERVER: name,
          EVENKEEL_DATA_CENTER: this.name,
          ...app.environment,
        },
        secretEnvironment: secrets && pulumi.all(secrets),
        workingDirectory: path.resolve(projectDirectory(), app.directory ?? "."),
        ports: { http: {} },
        files: {},
        changedFiles: "keep",
        ready: { port: "http", check: questionIn(healthCheck), within: app.startWithin },
        stop: { signal: "SIGTERM", within: app.stopWithin },
        at: `pools.${pool}.app`,
      },
      opts,
    );
    // As it was started, which amid a deploy need not be as the stack has it now.
    const sendProxy = process.environment.apply(sendProxyOf);
    return { address: pulumi.output(LOOPBACK), port: process.port("http"), sendProxy };
  }

  balancerNode(
    name: string,
    { role, out, stopWithin, https: endsTls, passthrough, logs, metrics }: BalancerNodeArgs,
    opts: pulumi.CustomResourceOptions,
  ): BalancerNode {
    const maxConnections = connectionsHere();
    // The port that the stack names is the front's; a balancer of this machine has one of its own.
    const [passesOn, shows] = [passthrough !== undefined, metrics !== undefined];
    const process = new Process(
      name,
      {
        stack: runningStack(),
        command: ["{haproxy}", "-W", "-S", `{directory}/${FILES.master},mode,600`, "-f", `{directory}/${FILES.configuration}`],
        environment: {},
        ports: {
          site: {},
          health: {},
          ...(shows ? { metrics: {} } : {}),
          ...(endsTls === true ? { https: {} } : {}),
          ...(passesOn ? { passthrough: {} } : {}),
        },
        files: { [FILES.configuration]: renderIdle("{directory}", maxConnections) },
        // From the first rollout on, the configuration is the rollout's.
        changedFiles: "keep",
        ready: { socket: FILES.admin, within: BALANCER_START_WITHIN },
        // SIGTERM would cut the requests that it is answering.
        stop: { signal: "SIGUSR1", within: stopWithin },
        running: !out,
        at: `loadBalancers.${role}`,
      },
      opts,
    );
    const log = logs === undefined ? undefined : accessLog(`${name}-log`, logs, opts);
    const parts = pulumi.all([process.directory, process.listening, log?.port("log")]);
    const node = parts.apply(
      ([directory, { site = 0, health = 0, metrics: shown = 0, https = 0, passthrough: passed = 0 }, logPort]): NodePlan => {
        const listener = (port: number, socket: string) => ({ address: LOOPBACK, port, frontSocket: `${directory}/${socket}` });
        return {
          role,
          dataCenter: this.name,
          directory,
          site: { address: LOOPBACK, port: site },
          health: { address: LOOPBACK, port: health },
          ...(shows ? { metrics: { address: LOOPBACK, port: shown } } : {}),
          ...(logPort === undefined ? {} : { logTo: `${LOOPBACK}:${logPort}` }),
          frontSocket: `${directory}/${FRONT_SOCKET}`,
          ...(endsTls === true ? { https: listener(https, FRONT_TLS_SOCKET) } : {}),
          ...(passesOn ? { passthrough: listener(passed, FRONT_PASSTHROUGH_SOCKET) } : {}),
          maxConnections,
        };
      },
    );
    const address = pulumi.output(LOOPBACK);
    return {
      machine: process.id,
      node,
      address,
      sendsFrom: address,
      ...(log === undefined ? {} : { accessLog: pulumi.interpolate`${log.directory}/${ACCESS_LOG}` }),
    };
  }
}
