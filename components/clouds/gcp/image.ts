import type { Place } from "../shared/place";

/** Ubuntu 24.04; Google Cloud takes the family's newest image when a machine is made. */
const UBUNTU = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64";

/** The image of a data center's machines: the stack's own, or the newest Ubuntu 24.04. */
export function imageOf({ settings }: Place): string {
  return settings.image ?? UBUNTU;
}
