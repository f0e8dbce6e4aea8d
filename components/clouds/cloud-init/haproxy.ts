import { FILES } from "../../haproxy/configuration";
import { RESERVED_CONNECTIONS } from "../../haproxy/defaults";
import { renderIdle } from "../../haproxy/render/balancer";
import { METADATA_UNIT } from "./hardening";
import { lines, type Machine } from "./user-data";

/** The user that HAProxy runs as and that rollouts log in as. */
export const ROLLOUT_USER = "evenkeel";

const IDLE = "/etc/evenkeel/idle.cfg";
/** How long an HAProxy that is stopped, or whose machine is, may finish what it has: an idle connection's life and the longest usual answer. */
const STOP_WITHIN_SECONDS = 90;
/** File descriptors of one connection: the client's side and the server's. */
const FILES_PER_CONNECTION = 2;
/** File descriptors for listeners and sockets, and for the checks of thousands of servers. HAProxy refuses to start with too few. */
const SPARE_FILES = 10_000;

/** A machine whose HAProxy gets its configuration over SSH. */
export interface RolledOut {
  /** The ed25519 key pair by which it proves that it is the one: OpenSSH's private form, and `ssh-ed25519 AAAA…`. */
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
  /** Public SSH keys of rollouts. */
  readonly authorizedKeys: readonly string[];
  /** Folder of its configuration, sockets and state, such as `/var/lib/evenkeel`. Not below `/home`. */
  readonly directory: string;
  /** Most connections of clients at once. */
  readonly maxConnections: number;
}

/** The unit that HAProxy runs in. */
export interface HaproxyUnit {
  /** Its name, such as `evenkeel-balancer.service`. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly description: string;
  /** Whether it listens on ports below 1024. */
  readonly lowPorts: boolean;
}

/**
 * Lines of the SSH server's configuration. They end with a `Match`: nothing general may come after them.
 *
 * @param further Lines that hold for everybody.
 */
export function rolloutSsh(...further: readonly string[]): string[] {
  return [
    // Also where an upgrade makes host keys of other kinds, only ours is offered.
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    // A crowd at the door must not keep rollouts out; no single address may be the crowd.
    "MaxStartups 50:30:100",
    "PerSourceMaxStartups 20",
    // What a cut connection leaves behind ends after two minutes.
    "ClientAliveInterval 30",
    "ClientAliveCountMax 4",
    ...further,
    `Match User ${ROLLOUT_USER}`,
    "  AllowTcpForwarding local",
    "  AllowStreamLocalForwarding local",
    "  AllowAgentForwarding no",
    "  MaxSessions 50",
    // Where HAProxy is; Debian leaves it out of the path of ordinary users.
    "  SetEnv PATH=/usr/sbin:/usr/bin:/sbin:/bin",
  ];
}

/**
 * HAProxy as an unprivileged user in a unit of its own, serving nothing until its first rollout, and SSH for rollouts as the same user.
 *
 * @throws Error when the directory can't be written into a unit as it is.
 */
export function haproxyMachine(args: RolledOut, unit: HaproxyUnit): Machine {
  const { hostKey, authorizedKeys, directory, maxConnections } = args;
  if (!/^(\/[\w.-]+)+$/.test(directory))
    throw new Error(`directory is ${directory}, but must be an absolute path of letters, digits, and . _ -`);
  return {
    packages: ["haproxy"],
    files: [
      { path: IDLE, content: renderIdle(directory, maxConnections) },
      { path: `/etc/systemd/system/${unit.name}`, content: unitFile(unit, directory, maxConnections) },
    ],
    setUp: [`install -d -o ${ROLLOUT_USER} -g ${ROLLOUT_USER} -m 700 ${directory}`, `systemctl enable --now ${unit.name}`],
    config: {
      // The package's own service must not start, not even for the moment after it is installed.
      bootcmd: ["systemctl mask haproxy.service"],
      users: [
        {
          name: ROLLOUT_USER,
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
    },
  };
}

/** Most files that HAProxy may have open for so many connections of clients. */
function openFiles(maxConnections: number): number {
  return FILES_PER_CONNECTION * (maxConnections + RESERVED_CONNECTIONS) + SPARE_FILES;
}

function unitFile({ description, lowPorts }: HaproxyUnit, directory: string, maxConnections: number): string {
  const [configuration, state] = [`${directory}/${FILES.configuration}`, `${directory}/${FILES.state}`];
  const [rollback, stateRollback] = [`${directory}/${FILES.rollback}`, `${directory}/${FILES.stateRollback}`];
  return lines(
    "[Unit]",
    `Description=${description}`,
    `Wants=network-online.target ${METADATA_UNIT}`,
    `After=network-online.target ${METADATA_UNIT}`,
    // It is started again for ever.
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=notify",
    `User=${ROLLOUT_USER}`,
    `Group=${ROLLOUT_USER}`,
    "UMask=0077",
    // A configuration that was never confirmed is not what it starts with, neither after a crash nor with its machine.
    `ExecStartPre=/bin/sh -c '[ ! -e ${rollback} ] || { mv -f ${stateRollback} ${state}; mv -f ${rollback} ${configuration}; }'`,
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
    ...(lowPorts ? ["AmbientCapabilities=CAP_NET_BIND_SERVICE"] : []),
    `CapabilityBoundingSet=${lowPorts ? "CAP_NET_BIND_SERVICE" : ""}`,
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
