import * as pulumi from "@pulumi/pulumi";
import type { DataCenter, OpenArgs, OpenDataCenter } from "../../data-center";
import type { CloudSettings } from "../../model/clouds/data-center";
import { catalogue } from "./catalogue";
import { Network } from "./open-data-center";

/**
 * A data center in a region of DigitalOcean. Token and endpoint are those of the stack (`digitalocean:token`, or
 * `DIGITALOCEAN_TOKEN`).
 *
 * @example
 * const newyork = new DigitalOceanDataCenter("newyork", { region: "nyc3" });
 */
export class DigitalOceanDataCenter implements DataCenter {
  readonly settings: DataCenter["settings"];
  readonly catalogue = catalogue;
  private site: string | undefined;

  /**
   * @param name Its name in the stack.
   * @param at Its region, and what else a stack says of a data center in a cloud.
   */
  constructor(
    readonly name: string,
    private readonly at: CloudSettings,
  ) {
    this.settings = { provider: "digitalocean", ...at };
  }

  /** @throws pulumi.RunError when another deployment of the program stands in it. */
  open({ site, access, rotation }: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter {
    if (this.site !== undefined) {
      throw new pulumi.RunError(
        `${this.name}: the site ${this.site} stands in this data center, so ${site} can't; give it a DigitalOceanDataCenter of its own, with another name`,
      );
    }
    this.site = site;
    return new Network(this.name, { site, access, rotation, settings: this.at }, opts);
  }
}
