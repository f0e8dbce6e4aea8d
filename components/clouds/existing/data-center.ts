import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, DataCenter, OpenDataCenter, WebServer, WebServerArgs } from "../../data-center";

/**
 * A place whose servers you have already: nothing is made there, they are only balanced and checked.
 *
 * @example
 * const rack = new ExistingDataCenter("rack", { web: ["192.0.2.10:80"] });
 */
export class ExistingDataCenter implements DataCenter, OpenDataCenter {
  readonly settings: DataCenter["settings"];

  /**
   * @param name Its name in the stack.
   * @param addresses IP addresses and ports of its servers, by pool; the first is number 1.
   */
  constructor(
    readonly name: string,
    private readonly addresses: Readonly<Record<string, readonly string[]>>,
  ) {
    this.settings = {
      provider: "existing",
      addresses: Object.fromEntries(Object.entries(addresses).map(([pool, list]) => [pool, [...list]])),
    };
  }

  /** Nothing is made there. */
  open(): this {
    return this;
  }

  webServer(name: string, { pool, ordinal }: WebServerArgs): WebServer {
    const [, address, port] = /^(.*):(\d+)$/.exec(this.addresses[pool]?.[ordinal - 1] ?? "") ?? [];
    if (address === undefined) throw new pulumi.RunError(`${name}: ${this.name} lists no server ${ordinal} of the pool ${pool}`);
    return { address: pulumi.output(address), port: pulumi.output(Number(port)) };
  }

  balancerNode(name: string): BalancerNode {
    throw new pulumi.RunError(`${name}: ${this.name} only lists servers that exist; a balancer needs another data center`);
  }
}
