import type { Check } from "./check";
import { rulesOf } from "./rules";

const SSH_PORT = 22;

/** No rule opens SSH to the world. */
export const ssh: Check = (declared) =>
  rulesOf(declared)
    .filter(({ direction, protocol }) => direction === "in" && (protocol === "tcp" || protocol === "all"))
    .filter(({ ports }) => ports.length === 0 || ports.some(({ from, to }) => from <= SSH_PORT && to >= SSH_PORT))
    .flatMap(({ about, peers }) =>
      peers.filter((peer) => peer.endsWith("/0")).map((peer) => ({ about, message: `opens SSH (port ${SSH_PORT}) to ${peer}` })),
    );
