import type { Place } from "../shared/place";

/** Ubuntu 24.04; DigitalOcean takes its newest image when a droplet is made. */
const UBUNTU = "ubuntu-24-04-x64";

/** The image of a data center's droplets: the stack's own, or the newest Ubuntu 24.04. */
export function imageOf({ settings }: Place): string {
  return settings.image ?? UBUNTU;
}
