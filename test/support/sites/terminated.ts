import type { RolledOut } from "../../../components/clouds/cloud-init/haproxy";
import type { TerminatorMachine } from "../../../components/data-center";

/** Most connections of balancers that a web server's machine is made for. */
const CONNECTIONS = 4_000;

/**
 * What the machine of a web server is told, so that its certificate can be brought to it.
 *
 * @param server Its name.
 * @param dataCenter The name of its data center.
 * @param privateKey The private half of a key pair, as the test's own plugin makes it.
 */
export function rolledOut(server: string, dataCenter: string, privateKey: (pair: string) => string): RolledOut {
  return {
    hostKey: { privateKey: privateKey(`${server}-host`), publicKey: publicKey(`${server}-host`) },
    authorizedKeys: [publicKey(`${dataCenter}-servers`)],
    directory: "/var/lib/evenkeel",
    maxConnections: CONNECTIONS,
  };
}

/** How that machine is reached, with every output known. */
export function terminatorOf(
  server: string,
  dataCenter: string,
  address: string,
  privateKey: (pair: string) => string,
): Record<keyof TerminatorMachine, unknown> {
  return {
    machine: `${server}-id`,
    remote: { address, port: 22, user: "evenkeel", hostKey: publicKey(`${server}-host`) },
    key: privateKey(`${dataCenter}-servers`),
    directory: "/var/lib/evenkeel",
    maxConnections: CONNECTIONS,
  };
}

function publicKey(pair: string): string {
  return `ssh-ed25519 AAAA${pair} ${pair}`;
}
