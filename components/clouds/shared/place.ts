import * as pulumi from "@pulumi/pulumi";
import { asItIs } from "../../kept";
import { type CloudSettings, isFrozen } from "../../model/clouds/data-center";

/** The data center that a resource belongs to, and the site that it serves. */
export interface Place {
  /** Name of the data center. */
  readonly name: string;
  /** Name of the site. */
  readonly site: string;
  /** What the stack says of the data center. */
  readonly settings: CloudSettings;
}

/**
 * Options of a resource of a data center: the caller's, and further ones. In a frozen data center every input stays as the state
 * has it, so that the cloud's API is not called.
 */
export function optionsOf(
  { settings }: Place,
  opts: pulumi.CustomResourceOptions,
  further: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  const merged = pulumi.mergeOptions(opts, further);
  return isFrozen(settings) ? { ...merged, transformations: [asItIs, ...(merged.transformations ?? [])] } : merged;
}
