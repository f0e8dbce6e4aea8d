import { lines, type Machine } from "./user-data";

/** The unit that closes the metadata service. What runs code of others must not start without it. */
export const METADATA_UNIT = "evenkeel-metadata.service";
/** A setting of the kernel, and why it is not left as it is. */
export type KernelSetting = readonly [key: string, value: number | string, why: string];

const RULES = "/etc/evenkeel/metadata.nft";
/** Addresses of the metadata services: of all clouds, of AWS and of Google Cloud. */
const METADATA = ["ip daddr 169.254.169.254", "ip6 daddr { fd00:ec2::254, fd20:ce::254 }"];
/** Most that the journal may take of a disk, and of memory before there is one. */
const JOURNAL_SIZE = { disk: "256M", memory: "64M" };

const KERNEL: readonly KernelSetting[] = [
  ["net.ipv4.conf.*.accept_redirects", 0, "A neighbour must not move the way that packets take."],
  ["net.ipv6.conf.*.accept_redirects", 0, "Nor by IPv6."],
  ["net.ipv4.conf.*.send_redirects", 0, "It is no router, also where containers make it forward packets."],
];

/** The user that people log in as. Clouds differ in what their images call theirs, and one of them has root alone. */
export const OPERATORS_USER = "operators";

/** What every machine of ours has, and what its kind adds. */
export interface Hardening {
  /** Further lines of the SSH server's configuration. @default none */
  readonly ssh?: readonly string[];
  /** Further settings of the kernel. @default none */
  readonly kernel?: readonly KernelSetting[];
  /** Further services, as regular expressions, that no upgrade of a library restarts. @default none */
  readonly neverRestarted?: readonly string[];
  /** A TCP port that only the machine itself may reach, whatever listens on it. @default none */
  readonly loopbackOnly?: number;
}

/**
 * What balancers and servers have in common: SSH by key only, security fixes by themselves and never a reboot, a bounded
 * journal, and a metadata service that only root can ask, since it tells all of the user data.
 */
export function hardening({ ssh = [], kernel = [], neverRestarted = [], loopbackOnly }: Hardening): Machine {
  return {
    packages: ["nftables", "unattended-upgrades"],
    files: [
      // Of a setting that is stated twice, sshd takes the first: this file comes before those of the distribution.
      { path: "/etc/ssh/sshd_config.d/10-evenkeel.conf", content: lines(...SSH, ...ssh) },
      { path: "/etc/sysctl.d/60-evenkeel.conf", content: sysctl([...KERNEL, ...kernel]) },
      { path: "/etc/apt/apt.conf.d/60evenkeel", content: lines(...APT) },
      { path: "/etc/needrestart/conf.d/evenkeel.conf", content: needrestart(["^evenkeel-", ...neverRestarted]) },
      {
        path: "/etc/systemd/journald.conf.d/evenkeel.conf",
        content: lines("[Journal]", `SystemMaxUse=${JOURNAL_SIZE.disk}`, `RuntimeMaxUse=${JOURNAL_SIZE.memory}`),
      },
      { path: RULES, content: lines(...rules(loopbackOnly)) },
      { path: `/etc/systemd/system/${METADATA_UNIT}`, content: lines(...METADATA_SERVICE) },
    ],
    setUp: [
      "systemctl daemon-reload",
      "systemctl restart systemd-sysctl.service systemd-journald.service",
      `systemctl enable --now ${METADATA_UNIT}`,
      // A configuration that sshd refuses would lock everybody out after the next start.
      "install -d -m 755 /run/sshd",
      "sshd -t",
      "systemctl try-reload-or-restart ssh.service",
    ],
    config: {
      disable_root: true,
      ssh_genkeytypes: ["ed25519"],
      ssh_pwauth: false,
    },
  };
}

/**
 * The users of a machine by whom people log in: none, or one.
 *
 * @param operators Public SSH keys of people, who may become root.
 */
export function operatorsUser(operators: readonly string[]): object[] {
  if (operators.length === 0) return [];
  return [
    {
      name: OPERATORS_USER,
      gecos: "Operators",
      shell: "/bin/bash",
      lock_passwd: true,
      sudo: "ALL=(ALL) NOPASSWD:ALL",
      ssh_authorized_keys: operators,
    },
  ];
}

const SSH = [
  "PermitRootLogin no",
  "PasswordAuthentication no",
  "KbdInteractiveAuthentication no",
  "X11Forwarding no",
  "LoginGraceTime 30",
];

const APT = [
  'APT::Periodic::Update-Package-Lists "1";',
  'APT::Periodic::Unattended-Upgrade "1";',
  'Unattended-Upgrade::Automatic-Reboot "false";',
  // Another apt at work is no reason to fail.
  'DPkg::Lock::Timeout "300";',
];

const METADATA_SERVICE = [
  "[Unit]",
  "Description=Close the metadata service to all but root",
  "DefaultDependencies=no",
  "Conflicts=shutdown.target",
  "Before=network-pre.target shutdown.target",
  "Wants=network-pre.target",
  // Where somebody enables it, it begins with removing all rules.
  "After=nftables.service",
  "",
  "[Service]",
  "Type=oneshot",
  "RemainAfterExit=yes",
  `ExecStart=/usr/sbin/nft -f ${RULES}`,
  "ExecStop=/usr/sbin/nft delete table inet evenkeel",
  "",
  "[Install]",
  "WantedBy=sysinit.target",
];

/** Rules in a table of their own, which nothing else on the machine changes; loading them twice is as good as once. */
function rules(loopbackOnly: number | undefined): string[] {
  // TCP only, and not DNS: on Google Cloud the resolver and the clock have the same address. A refusal is quick where
  // dropped packets would keep programs waiting that only look whether they are in a cloud.
  const refuse = (condition: string) =>
    METADATA.map((address) => `    ${address} tcp dport != 53${condition} reject with tcp reset`);
  return [
    "table inet evenkeel",
    "delete table inet evenkeel",
    "table inet evenkeel {",
    "  chain programs {",
    "    type filter hook output priority filter; policy accept;",
    ...refuse(" meta skuid != 0"),
    "  }",
    // Also root in a container is not root here.
    "  chain containers {",
    "    type filter hook forward priority filter; policy accept;",
    ...refuse(""),
    "  }",
    ...(loopbackOnly === undefined
      ? []
      : [
          "  chain visitors {",
          "    type filter hook input priority filter; policy accept;",
          `    iifname != "lo" tcp dport ${loopbackOnly} tcp flags & (syn | ack) == syn reject with tcp reset`,
          "  }",
        ]),
    "}",
  ];
}

function sysctl(settings: readonly KernelSetting[]): string {
  return lines(...settings.flatMap(([key, value, why]) => [`# ${why}`, `${key} = ${value}`]));
}

/** Upgraded libraries are taken up when somebody restarts the service, or the next rollout reloads it. */
function needrestart(services: readonly string[]): string {
  return lines(...services.map((service) => `$nrconf{override_rc}{qr(${service})} = 0;`));
}
