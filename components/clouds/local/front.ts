import * as pulumi from "@pulumi/pulumi";
import type { Failover, PublishArgs, Publication } from "../../failover";
import { FILES } from "../../haproxy/configuration";
import { renderFront } from "../../haproxy/render-front";
import { DEFAULT_PORT } from "../../model/failover";
import { Process } from "./process";
import { connectionsHere, LOOPBACK, runningStack } from "./this-machine";

/** How the front listens. */
export interface LocalFrontArgs {
  /** Port of the page, 1 to 65535; an error when it is taken. @default 8080, or the next free one */
  readonly port?: number;
}

/**
 * The failover of a site on this machine: a third HAProxy that passes connections on, in the place that a health-checked
 * name has in a cloud. It is never reloaded.
 *
 * @example
 * const failover = new LocalFront({ port: 8080 });
 */
export class LocalFront implements Failover {
  readonly settings: NonNullable<Failover["settings"]>;

  constructor({ port }: LocalFrontArgs = {}) {
    this.settings = { kind: "front", port };
  }

  publish(name: string, { nodes }: PublishArgs, opts: pulumi.CustomResourceOptions): Publication {
    const { port } = this.settings;
    const configuration = pulumi
      .all([nodes.primary.node, nodes.secondary.node])
      .apply((both) => renderFront(both, LOOPBACK, connectionsHere()));
    const front = new Process(
      name,
      {
        stack: runningStack(),
        command: ["{haproxy}", "-W", "-S", `{directory}/${FILES.master},mode,600`, "-f", `{directory}/${FILES.configuration}`],
        environment: {},
        ports: { page: port === undefined ? { preferred: DEFAULT_PORT } : { exact: port } },
        files: configuration.apply((text) => ({ [FILES.configuration]: text })),
        changedFiles: "restart",
        ready: { socket: FILES.admin, within: "15s" },
        stop: { signal: "SIGUSR1", within: "2s" },
        at: "failover.port",
      },
      opts,
    );
    return { url: pulumi.interpolate`http://${LOOPBACK}:${front.port("page")}` };
  }
}
