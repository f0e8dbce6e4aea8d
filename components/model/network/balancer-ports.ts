import { SSH_PORT } from "../clouds/data-center";

/** TCP ports of a balancer in a cloud that are open to the world, whatever the stack says. */
export const SITE_PORTS = [80, 443] as const;
/** Port by which DNS sees whether a balancer in a cloud can carry traffic. */
export const HEALTH_PORT = 8_404;
/** Port at which a balancer in a cloud is told by the other one what clients have used. */
export const PEER_PORT = 8_406;

const USED: Readonly<Record<number, string>> = {
  [SSH_PORT]: "SSH",
  ...Object.fromEntries(SITE_PORTS.map((port) => [port, "the site"])),
  [HEALTH_PORT]: "health checks of balancers",
  [PEER_PORT]: "what clients have used",
};

/** What a balancer in a cloud has a TCP port for already, in words; undefined where the stack may have it. */
export function usedFor(port: number): string | undefined {
  return USED[port];
}
