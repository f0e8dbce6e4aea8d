import type * as pulumi from "@pulumi/pulumi";
import type { OpenArgs, OpenDataCenter } from "../../data-center";
import type { CloudSettings } from "../../model/clouds/data-center";
import { CloudDataCenter } from "../shared/data-center";
import type { Place } from "../shared/place";
import { catalogue } from "./catalogue";
import { OpenDigitalOceanDataCenter } from "./open-data-center";

/**
 * A data center in a region of DigitalOcean. Token and endpoint are those of the stack (`digitalocean:token`), or
 * `DIGITALOCEAN_TOKEN`.
 *
 * @example
 * const newyork = new DigitalOceanDataCenter("newyork", { region: "nyc3" });
 */
export class DigitalOceanDataCenter extends CloudDataCenter {
  readonly catalogue = catalogue;

  /**
   * @param name Its name in the stack.
   * @param settings Its region, and what else a stack says of a data center in a cloud.
   */
  constructor(name: string, settings: CloudSettings) {
    super(name, "digitalocean", settings);
  }

  protected openAt(place: Place, args: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter {
    return new OpenDigitalOceanDataCenter(place, args, opts);
  }
}
