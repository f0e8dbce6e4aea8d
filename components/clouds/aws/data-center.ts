import * as pulumi from "@pulumi/pulumi";
import type { DataCenter, OpenArgs, OpenDataCenter } from "../../data-center";
import type { CloudSettings } from "../../model/clouds/data-center";
import { catalogue } from "./catalogue";
import { OpenAwsDataCenter } from "./open-data-center";

/**
 * A data center in a region of AWS. Credentials and endpoints are those of the stack (`aws:profile`, `aws:endpoints`, …), or
 * those that AWS's own tools read.
 *
 * @example
 * const virginia = new AwsDataCenter("virginia", { region: "us-east-1" });
 */
export class AwsDataCenter implements DataCenter {
  readonly settings: DataCenter["settings"];
  readonly catalogue = catalogue;
  private isOpen = false;

  /**
   * @param name Its name in the stack.
   * @param at Its region, and what else a stack says of a data center in a cloud.
   */
  constructor(
    readonly name: string,
    private readonly at: CloudSettings,
  ) {
    this.settings = { provider: "aws", ...at };
  }

  /** @throws pulumi.RunError when it is open already: two deployments in one place would be one another's. */
  open(args: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter {
    if (this.isOpen)
      throw new pulumi.RunError(
        `${this.name} is the data center of another deployment already; give each its own, by another name`,
      );
    this.isOpen = true;
    return new OpenAwsDataCenter(this.name, this.at, args, opts);
  }
}
