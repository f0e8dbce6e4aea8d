import type { DeclaredResource } from "./record";
import { awsSample } from "./sample/aws";
import { digitalOceanSample } from "./sample/digitalocean";
import { gcpSample } from "./sample/gcp";

/** At least one sound resource of every type that Evenkeel declares, by hand; what stacks don't declare is tried on these. */
export function sampleResources(): DeclaredResource[] {
  return [...awsSample(), ...gcpSample(), ...digitalOceanSample()];
}
