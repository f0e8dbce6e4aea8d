import { lines, multipart } from "../cloud-init/user-data";

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

/** User data of a balancer, with what Google's agent must know there. cloud-init writes it before the network is up, and so before the agent starts. */
export function withGuestAgent(userData: string): string {
  const file = SETTINGS.map((line) => `      ${line}`);
  return multipart([
    { name: "balancer", type: "cloud-config", text: userData },
    {
      name: "guest-agent",
      type: "cloud-config",
      text: lines("#cloud-config", "write_files:", `  - path: ${CONFIGURATION}`, "    content: |", ...file),
    },
  ]);
}
