import * as pulumi from "@pulumi/pulumi";
import type { DataCenter, OpenDataCenter } from "../data-center";
import type { Backends } from "../load-balancer-pair";
import { ROLES, type ValidatedStack } from "../model/stack";

/** The data centers of a deployment that it uses, open. */
export class Places {
  /** All of them by name. */
  readonly open: Readonly<Record<string, OpenDataCenter>>;

  constructor(
    private readonly stack: ValidatedStack,
    dataCenters: Readonly<Record<string, DataCenter>>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const { site, access, rotate: rotation, loadBalancers, pools } = stack;
    const used = new Set([
      ...ROLES.map((role) => loadBalancers[role].in),
      ...Object.values(pools).flatMap(({ servers }) => Object.keys(servers)),
    ]);
    this.open = Object.fromEntries(
      Object.entries(dataCenters)
        .filter(([place]) => used.has(place))
        .map(([place, dataCenter]) => [place, dataCenter.open({ site: site.name, access, rotation }, opts)]),
    );
  }

  /** Whether web servers of one of them terminate TLS. */
  get terminateTls(): boolean {
    return Object.values(this.open).some(({ tlsPort }) => tlsPort !== undefined);
  }

  /** Where web servers run, with the ports that they serve on. */
  get backends(): Backends[] {
    const pools = Object.values(this.stack.pools);
    return Object.entries(this.open).map(([place, dataCenter]) => {
      const here = pools.filter(({ servers }) => Object.hasOwn(servers, place));
      const ports = new Set(here.map(({ app }) => dataCenter.tlsPort ?? app.port));
      return { in: dataCenter, ports: [...ports].sort((left, right) => left - right) };
    });
  }

  /** One of them. @throws pulumi.RunError when it is none. */
  at(place: string): OpenDataCenter {
    const dataCenter = this.open[place];
    if (dataCenter === undefined) throw new pulumi.RunError(`${place} is not one of the data centers`);
    return dataCenter;
  }
}
