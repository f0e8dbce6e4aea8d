import type * as pulumi from "@pulumi/pulumi";
import { asItIs } from "../../kept";

/**
 * Options of a resource of a data center: as they are, and where the data center is frozen with all of its inputs as the state
 * has them, so that its API is not called.
 */
export function keptWhile(frozen: boolean, opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return frozen ? { ...opts, transformations: [asItIs, ...(opts.transformations ?? [])] } : opts;
}
