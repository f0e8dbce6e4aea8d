import { RESERVED_CONNECTIONS } from "../../haproxy/defaults";
import { FILES, renderIdle } from "../../haproxy/render";
import { hardening, type KernelSetting, METADATA_UNIT, operatorsUser } from "./hardening";
import { cloudConfig, lines } from "./user-data";

/** The user that HAProxy runs as and that rollouts log in as. */
export const BALANCER_USER = "evenkeel";
/** The unit that HAProxy runs in. */
export const BALANCER_UNIT = "evenkeel-balancer.service";

const IDLE = "/etc/evenkeel/idle.cfg";
/** How long a balancer that is stopped, or whose machine is, may finish what it has: an idle connection's life and the longest usual answer. */
const STOP_WITHIN_SECONDS = 90;
/** File descriptors of one connection: the client's side and the server's. */
const FILES_PER_CONNECTION = 2;
/** File descriptors for listeners and sockets, and for the checks of thousands of servers. HAProxy refuses to start with too few. */
const SPARE_FILES = 10_000;

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
export interface BalancerUserDataArgs {
  /** The ed25519 key pair by which it proves that it is the one: OpenSSH's private form, and `ssh-ed25519 AAAA…`. */
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
  /** Public SSH keys of rollouts. */
  readonly authorizedKeys: readonly string[];
  /** Folder of its configuration, sockets and server state, such as `/var/lib/evenkeel`. Not below `/home`. */
  readonly directory: string;
  /** Most connections of clients at once. */
  readonly maxConnections: number;
  /** Public SSH keys of people, who log in as the user `operators` and may become root. With none nobody but rollouts can log in. */
  readonly operators: readonly string[];
}

/**
 * User data of a balancer's machine, for Ubuntu 24.04 and Debian 12 or newer: HAProxy as an unprivileged user in a unit of
 * its own, serving nothing until its first rollout, and SSH for rollouts as the same user.
 *
 * @throws Error when `directory` can't be written into a unit as it is.
 */
export function balancerUserData(args: BalancerUserDataArgs): string {
  const { hostKey, authorizedKeys, directory, maxConnections, operators } = args;
  if (!/^(\/[\w.-]+)+$/.test(directory))
    throw new Error(`directory is ${directory}, but must be an absolute path of letters, digits, and . _ -`);

  const base = hardening({ ssh: sshLines(operators), kernel: KERNEL });
  return cloudConfig({
    packages: ["haproxy", ...base.packages],
    files: [
      ...base.files,
      { path: IDLE, content: renderIdle(directory, maxConnections) },
      { path: `/etc/systemd/system/${BALANCER_UNIT}`, content: unit(directory, maxConnections) },
    ],
    setUp: [
      ...base.setUp,
      `install -d -o ${BALANCER_USER} -g ${BALANCER_USER} -m 700 ${directory}`,
      `systemctl enable --now ${BALANCER_UNIT}`,
    ],
    config: {
      // The package's own service must not start, not even for the moment after it is installed.
      bootcmd: ["systemctl mask haproxy.service"],
      users: [
        ...operatorsUser(operators),
        {
          name: BALANCER_USER,
          gecos: "Evenkeel",
          shell: "/bin/sh",
          lock_passwd: true,
          // A rollout that finds the machine unfit shows the end of cloud-init's log.
          groups: ["adm"],
          ssh_authorized_keys: authorizedKeys,
        },
      ],
      ssh_deletekeys: true,
      ssh_keys: { ed25519_private: `${hostKey.privateKey.trim()}\n`, ed25519_public: hostKey.publicKey.trim() },
      // Keys that the account or project of a cloud has for all of its machines.
      allow_public_ssh_keys: false,
      ...base.config,
    },
  });
}

/** Most files that HAProxy may have open for so many connections of clients. */
function openFiles(maxConnections: number): number {
  return FILES_PER_CONNECTION * (maxConnections + RESERVED_CONNECTIONS) + SPARE_FILES;
}

function sshLines(operators: readonly string[]): string[] {
  return [
    // Also where an upgrade makes host keys of other kinds, only ours is offered.
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    // A crowd at the door must not keep rollouts out; no single address may be the crowd.
    "MaxStartups 50:30:100",
    "PerSourceMaxStartups 20",
    // What a cut connection leaves behind ends after two minutes.
    "ClientAliveInterval 30",
    "ClientAliveCountMax 4",
    ...(operators.length === 0 ? [`AllowUsers ${BALANCER_USER}`] : []),
    // Rollouts ask HAProxy's sockets, and listeners as seen from here.
    `Match User ${BALANCER_USER}`,
    "  AllowTcpForwarding local",
    "  AllowStreamLocalForwarding local",
    "  AllowAgentForwarding no",
    "  MaxSessions 50",
    // Where HAProxy is; Debian leaves it out of the path of ordinary users.
    "  SetEnv PATH=/usr/sbin:/usr/bin:/sbin:/bin",
  ];
}

function unit(directory: string, maxConnections: number): string {
  const configuration = `${directory}/${FILES.configuration}`;
  return lines(
    "[Unit]",
    "Description=Evenkeel load balancer",
    `Wants=network-online.target ${METADATA_UNIT}`,
    `After=network-online.target ${METADATA_UNIT}`,
    // It is started again for ever.
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=notify",
    `User=${BALANCER_USER}`,
    `Group=${BALANCER_USER}`,
    "UMask=0077",
    // From the first rollout on, the configuration is the rollout's.
    `ExecStartPre=/bin/sh -c '[ -e ${configuration} ] || cp ${IDLE} ${configuration}'`,
    `ExecStart=/usr/sbin/haproxy -Ws -S ${directory}/${FILES.master},mode,600 -f ${configuration}`,
    `ExecReload=/usr/sbin/haproxy -c -q -f ${configuration}`,
    "ExecReload=/bin/kill -USR2 $MAINPID",
    // SIGTERM would cut the requests that it is answering.
    "KillMode=mixed",
    "KillSignal=SIGUSR1",
    `TimeoutStopSec=${STOP_WITHIN_SECONDS}`,
    "Restart=always",
    "RestartSec=1",
    `LimitNOFILE=${openFiles(maxConnections)}`,
    // An old worker that runs out of memory must not take the others with it.
    "OOMPolicy=continue",
    "OOMScoreAdjust=-900",
    "AmbientCapabilities=CAP_NET_BIND_SERVICE",
    "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    `ReadWritePaths=${directory}`,
    // Whoever takes HAProxy over must not reach the keys by which its user logs in, nor the logs that the user may read.
    "ProtectHome=yes",
    "InaccessiblePaths=-/var/log -/run/log",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "LockPersonality=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallErrorNumber=EPERM",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  );
}
