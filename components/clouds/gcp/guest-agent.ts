import { lines, type MachineFile } from "../cloud-init/user-data";

/** What Google's agent on a machine reads, and no upgrade changes. */
const CONFIGURATION = "/etc/default/instance_configs.cfg";

/**
 * The agent makes new host keys when it first starts, before sshd does, unless it is told not to; ours would be gone. And it
 * has the machine take packages for the addresses that are forwarded to it, as it does by default.
 */
const SETTINGS = [
  "[Daemons]",
  "network_daemon = true",
  "[InstanceSetup]",
  "set_host_keys = false",
  "[IpForwarding]",
  "target_instance_ips = true",
  "[NetworkInterfaces]",
  "ip_forwarding = true",
];

/** What Google's agent must know on a machine whose host key is ours. cloud-init writes it before the network is up, and so before the agent starts. */
export const GUEST_AGENT: MachineFile = { path: CONFIGURATION, content: lines(...SETTINGS) };
