import type * as pulumi from "@pulumi/pulumi";
import type { OpenArgs, OpenDataCenter } from "../../data-center";
import type { CloudSettings } from "../../model/clouds/data-center";
import { CloudDataCenter } from "../shared/data-center";
import type { Place } from "../shared/place";
import { catalogue } from "./catalogue";
import { OpenAwsDataCenter } from "./open-data-center";

/**
 * A data center in a region of AWS. Credentials and endpoints are those of the stack (`aws:profile`, `aws:endpoints`, …), or
 * those that AWS's own tools read.
 *
 * @example
 * const virginia = new AwsDataCenter("virginia", { region: "us-east-1" });
 */
export class AwsDataCenter extends CloudDataCenter {
  readonly catalogue = catalogue;

  /**
   * @param name Its name in the stack.
   * @param settings Its region, and what else a stack says of a data center in a cloud.
   */
  constructor(name: string, settings: CloudSettings) {
    super(name, "aws", settings);
  }

  protected openAt(place: Place, args: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter {
    return new OpenAwsDataCenter(place, args, opts);
  }
}
