import * as pulumi from "@pulumi/pulumi";
import type { PortWish } from "../../contracts/process";
import type { Failover, PublishArgs, Publication } from "../../failover";
import { FILES } from "../../haproxy/configuration";
import { renderFront } from "../../haproxy/render/front";
import { DEFAULT_PORT } from "../../model/network/failover";
import { DEFAULT_HTTPS_PORT } from "../../model/tls/tls";
import { Process } from "../../resources/process";
import { connectionsHere, LOOPBACK, runningStack } from "./this-machine";

/** How the front listens. */
export interface LocalFrontArgs {
  /** Port of the page, 1 to 65535; an error when it is taken. @default 8080, or the next free one */
  readonly port?: number;
  /** Port of the page over HTTPS, where clients ask over TLS; an error when it is taken. @default 8443, or the next free one */
  readonly httpsPort?: number;
}

/**
 * The failover of a site on this machine: a third HAProxy that passes connections on, in the place that a health-checked
 * name has in a cloud. It is reloaded only when its ports change.
 *
 * @example
 * const failover = new LocalFront({ port: 8080 });
 */
export class LocalFront implements Failover {
  readonly settings: NonNullable<Failover["settings"]>;

  constructor({ port, httpsPort }: LocalFrontArgs = {}) {
    this.settings = { kind: "front", port, httpsPort };
  }

  publish(name: string, { nodes, https = false, passthrough }: PublishArgs, opts: pulumi.CustomResourceOptions): Publication {
    const { port, httpsPort } = this.settings;
    const configuration = pulumi
      .all([nodes.primary.node, nodes.secondary.node])
      .apply((both) => renderFront(both, LOOPBACK, connectionsHere()));
    const front = new Process(
      name,
      {
        stack: runningStack(),
        command: ["{haproxy}", "-W", "-S", `{directory}/${FILES.master},mode,600`, "-f", `{directory}/${FILES.configuration}`],
        environment: {},
        ports: {
          page: wish(port, DEFAULT_PORT),
          ...(https ? { https: wish(httpsPort, DEFAULT_HTTPS_PORT) } : {}),
          ...(passthrough === undefined ? {} : { passthrough: { exact: passthrough } }),
        },
        files: configuration.apply((text) => ({ [FILES.configuration]: text })),
        changedFiles: "reload",
        ready: { socket: FILES.admin, within: "15s" },
        stop: { signal: "SIGUSR1", within: "2s" },
        at: https || passthrough !== undefined ? "failover" : "failover.port",
      },
      opts,
    );
    const url = https
      ? pulumi.interpolate`https://${LOOPBACK}:${front.port("https")}`
      : pulumi.interpolate`http://${LOOPBACK}:${front.port("page")}`;
    return { url };
  }
}

function wish(exact: number | undefined, preferred: number): PortWish {
  return exact === undefined ? { preferred } : { exact };
}
