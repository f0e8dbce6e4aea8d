import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a resource of a data center: as they are, and where the data center is frozen with all of its inputs as the state
 * has them, so that its API is not called.
 */
export function keptWhile(frozen: boolean, opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return frozen ? { ...opts, transformations: [asItIs, ...(opts.transformations ?? [])] } : opts;
}

/**
 * Each input is named: with `*` the state would also take a name that the provider made up for one that was given, and the day that
 * the data center thaws the resource would be replaced under another.
 */
function asItIs({ props, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
  const given = Object.entries(props as Record<string, unknown>).filter(([, value]) => value !== undefined);
  return { props, opts: { ...opts, ignoreChanges: given.map(([input]) => input) } };
}
