import * as pulumi from "@pulumi/pulumi";
import type { DataCenter, OpenArgs, OpenDataCenter } from "../../data-center";
import type { Catalogue } from "../../model/clouds/catalogue";
import type { CLOUDS, CloudSettings } from "../../model/clouds/data-center";
import type { Place } from "./place";

/** A data center in a region of a cloud. It creates nothing until a deployment opens it. */
export abstract class CloudDataCenter implements DataCenter {
  readonly settings: DataCenter["settings"];
  abstract readonly catalogue: Catalogue;
  private site: string | undefined;

  constructor(
    readonly name: string,
    provider: (typeof CLOUDS)[number],
    private readonly cloudSettings: CloudSettings,
  ) {
    this.settings = { provider, ...cloudSettings };
  }

  /** @throws pulumi.RunError when another deployment of the program uses it: their resources would have the same names. */
  open(args: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter {
    const { name, cloudSettings: settings } = this;
    const { site } = args;
    if (this.site !== undefined)
      throw new pulumi.RunError(
        `${name} is already used by the deployment of ${this.site}; each deployment needs a data center of its own, with another name`,
      );
    this.site = site;
    return this.openAt({ name, site, settings }, args, opts);
  }

  /** Creates what its machines need. */
  protected abstract openAt(place: Place, args: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter;
}
