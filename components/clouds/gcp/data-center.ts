import type * as pulumi from "@pulumi/pulumi";
import type { OpenArgs, OpenDataCenter } from "../../data-center";
import type { CloudSettings } from "../../model/clouds/data-center";
import { CloudDataCenter } from "../shared/data-center";
import type { Place } from "../shared/place";
import { catalogue } from "./catalogue";
import { OpenGcpDataCenter } from "./open-data-center";

/**
 * A data center in a region of Google Cloud. Project and credentials are those of the stack (`gcp:project`), or those that gcloud is
 * logged in with.
 *
 * @example
 * const iowa = new GcpDataCenter("iowa", { region: "us-central1" });
 */
export class GcpDataCenter extends CloudDataCenter {
  readonly catalogue = catalogue;

  /**
   * @param name Its name in the stack.
   * @param settings Its region, and what else a stack says of a data center in a cloud.
   */
  constructor(name: string, settings: CloudSettings) {
    super(name, "gcp", settings);
  }

  protected openAt(place: Place, args: OpenArgs, opts: pulumi.ComponentResourceOptions): OpenDataCenter {
    return new OpenGcpDataCenter(place, args, opts);
  }
}
