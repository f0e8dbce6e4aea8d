import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, BalancerNodeArgs, DataCenter, OpenDataCenter, WebServer, WebServerArgs } from "../../data-center";
import { FILES } from "../../haproxy/configuration";
import { renderIdle } from "../../haproxy/render";
import type { NodePlan } from "../../model/plan";
import { Process } from "./process";
import { connectionsHere, LOOPBACK, projectDirectory, runningStack, sampleSite } from "./this-machine";

/** Name of the socket by which only the front reaches a balancer. */
const FRONT_SOCKET = "front.sock";
/** The same for connections that are TLS. */
const FRONT_TLS_SOCKET = "front-tls.sock";
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
        command: app.command === undefined ? ["{node}", sampleSite()] : ["/bin/sh", "-c", app.command],
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
        ready: { port: "http", path: healthCheck.path, host: healthCheck.host, within: app.startWithin },
        stop: { signal: "SIGTERM", within: app.stopWithin },
        at: `pools.${pool}.app`,
      },
      opts,
    );
    return { address: pulumi.output(LOOPBACK), port: process.port("http") };
  }

  balancerNode(
    name: string,
    { role, out, stopWithin, https: endsTls }: BalancerNodeArgs,
    opts: pulumi.CustomResourceOptions,
  ): BalancerNode {
    const maxConnections = connectionsHere();
    const process = new Process(
      name,
      {
        stack: runningStack(),
        command: ["{haproxy}", "-W", "-S", `{directory}/${FILES.master},mode,600`, "-f", `{directory}/${FILES.configuration}`],
        environment: {},
        ports: { site: {}, health: {}, ...(endsTls === true ? { https: {} } : {}) },
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
    const node = pulumi
      .all([process.directory, process.listening])
      .apply(([directory, { site = 0, health = 0, https = 0 }]): NodePlan => ({
        role,
        dataCenter: this.name,
        directory,
        site: { address: LOOPBACK, port: site },
        health: { address: LOOPBACK, port: health },
        frontSocket: `${directory}/${FRONT_SOCKET}`,
        ...(endsTls === true
          ? { https: { address: LOOPBACK, port: https, frontSocket: `${directory}/${FRONT_TLS_SOCKET}` } }
          : {}),
        maxConnections,
      }));
    const address = pulumi.output(LOOPBACK);
    return { machine: process.id, node, address, sendsFrom: address };
  }
}
