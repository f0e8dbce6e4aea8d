import { sampleStack } from "../../workspace/sample-stack";
import { CloudSite } from "./cloud-site";
import type { DeclaredResource } from "./recorder";
import { StandInClouds } from "./stand-in-clouds";

/** The sample stacks that stand in clouds. */
const SAMPLES = ["production", "staging"];

/** What the sample stacks declare, as the engine hands it to the providers, in the order in which it is made. */
export async function declaredByTheSampleStacks(): Promise<DeclaredResource[]> {
  // In the same clouds, so that no two resources have one id.
  const clouds = await StandInClouds.start();
  const sites: CloudSite[] = [];
  try {
    for (const name of SAMPLES) {
      const { stack, settings } = sampleStack(name);
      const site = await CloudSite.make(stack, settings, { name, clouds });
      sites.push(site);
      await site.up();
    }
    return clouds.declared();
  } finally {
    for (const site of sites) await site.remove();
    clouds.stop();
  }
}
