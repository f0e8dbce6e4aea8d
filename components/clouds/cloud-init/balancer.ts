import { haproxyMachine, ROLLOUT_USER, type RolledOut, rolloutSsh } from "./haproxy";
import { hardening, type KernelSetting, operatorsUser } from "./hardening";
import { cloudConfig, type MachineFile } from "./user-data";

/** The unit that HAProxy runs in. */
export const BALANCER_UNIT = "evenkeel-balancer.service";

const KERNEL: readonly KernelSetting[] = [
  ["net.core.somaxconn", 16_384, "New connections wait here while HAProxy is busy; beyond it they are dropped."],
  ["net.ipv4.tcp_max_syn_backlog", 16_384, "So do those that are half open: a crowd is no flood."],
  ["net.core.netdev_max_backlog", 16_384, "Packets of a burst wait for the processor, and are not dropped."],
  ["net.core.netdev_budget", 600, "More packets are taken at once from network cards with few queues."],
  // Above every port that a balancer listens on.
  ["net.ipv4.ip_local_port_range", "10240 65535", "Each connection to a server needs a port of its own."],
  ["net.ipv4.tcp_tw_reuse", 1, "Ports of connections that have ended serve again after a second, not after a minute."],
  ["net.ipv4.tcp_slow_start_after_idle", 0, "A kept connection to a server far away stays as fast as it was."],
];

/** What a balancer's machine is told. */
export interface BalancerUserDataArgs extends RolledOut {
  /** Public SSH keys of people, who log in as the user `operators` and may become root. With none nobody but rollouts can log in. */
  readonly operators: readonly string[];
  /** Further files, which its cloud needs. @default none */
  readonly files?: readonly MachineFile[];
}

/**
 * User data of a balancer's machine, for Ubuntu 24.04 and Debian 12 or newer: HAProxy as an unprivileged user in a unit of
 * its own, serving nothing until its first rollout, and SSH for rollouts as the same user.
 *
 * @throws Error when `directory` can't be written into a unit as it is.
 */
export function balancerUserData({ operators, files: further = [], ...args }: BalancerUserDataArgs): string {
  const { packages, files, setUp, config } = haproxyMachine(args, {
    name: BALANCER_UNIT,
    description: "Evenkeel load balancer",
    lowPorts: true,
  });
  const onlyRollouts = operators.length === 0 ? [`AllowUsers ${ROLLOUT_USER}`] : [];
  const base = hardening({ ssh: rolloutSsh(...onlyRollouts), kernel: KERNEL });
  return cloudConfig({
    packages: [...packages, ...base.packages],
    files: [...base.files, ...further, ...files],
    setUp: [...base.setUp, ...setUp],
    config: {
      ...config,
      users: [...operatorsUser(operators), ...(config.users as object[])],
      // Keys that the account or project of a cloud has for all of its machines.
      allow_public_ssh_keys: false,
      ...base.config,
    },
  });
}
