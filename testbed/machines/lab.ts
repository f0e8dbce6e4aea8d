import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { delimiter } from "node:path";
import { onLeaving } from "../../setup/leaving.mjs";
import { notice } from "../../setup/notice.mjs";

/** What a lab is made with, by the Debian packages that have it. */
const TOOLS: Readonly<Record<string, string>> = {
  ip: "iproute2",
  mmdebstrap: "mmdebstrap",
  nft: "nftables",
  setpriv: "util-linux",
  "systemd-nspawn": "systemd-container",
  unshare: "util-linux",
};
/** How the names of labs' control groups begin. */
const PREFIX = "evenkeel-lab-";
/** What those inside are told, so that they can tell whether they are. */
const OUTSIDE = "EVENKEEL_LAB_OUTSIDE";
/** How many instances of inotify all machines together may have: each has about five. Many systems allow 128 to a user. */
const INOTIFY = { file: "/proc/sys/fs/inotify/max_user_instances", atLeast: 1_024 };
/** How long the processes of a lab may take to be gone, in milliseconds. */
const GONE_WITHIN = 10_000;

/** Everything of it dies with its first process, and that one with whoever started it. */
const ENTER = `
echo 0 >"$1/cgroup.procs"; shift
exec setpriv --pdeathsig KILL unshare --mount --net --pid --ipc --uts --cgroup --fork --kill-child=SIGKILL --mount-proc \\
  --propagation private sh -euc "$0" lab "$@"`;

/** Folders that are the lab's own, in memory, and with them all that anybody in it writes to a usual place. */
const INSIDE = `
mount -t tmpfs -o mode=755,size=75% tmpfs /run
mkdir /run/netns /run/systemd /run/tmp /run/machines
# Between them, since the same file system can't be mounted on itself.
mount -t tmpfs tmpfs /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
"$@" && code=0 || code=$?
exit $code`;

/** Why no lab can be had here; undefined where one can. */
export function reasonAgainstLab(): string | undefined {
  if (process.platform !== "linux") return "machines in a box need Linux";
  if (process.getuid?.() !== 0) return "machines in a box need root";
  if (cgroups() === undefined) return "machines in a box need control groups of version 2, which are not mounted here";
  const missing = [
    ...new Set(
      Object.entries(TOOLS)
        .filter(([tool]) => !isThere(tool))
        .map(([, name]) => name),
    ),
  ];
  return missing.length === 0 ? undefined : `machines in a box need these packages of Debian or Ubuntu: ${missing.join(", ")}`;
}

/**
 * Runs a command in a lab: with networks, processes, mounts, memory and control groups of its own, in which it may make others
 * as it likes. All of it is gone when the command ends, or this process, in whatever way.
 *
 * @param command It sees the file system as it is outside, but for /run and its temporary folder.
 * @returns The command's exit code.
 */
export async function runInLab(command: readonly string[]): Promise<number> {
  const root = cgroups();
  if (root === undefined) throw new Error(reasonAgainstLab());
  reapAbandoned(root);
  raiseInotify();
  const group = path.join(root, `${PREFIX}${process.pid}-${startOf(process.pid) ?? ""}`);
  mkdirSync(group);
  const forget = onLeaving(() => reap(group));
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn("sh", ["-euc", ENTER, INSIDE, group, ...command], {
        stdio: ["ignore", "inherit", "inherit"],
        env: { ...process.env, [OUTSIDE]: ownNetwork(), TMPDIR: "/run/tmp" },
      });
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 1));
    });
  } finally {
    forget();
    reap(group);
  }
}

/** @throws Error outside of a lab, where what is done in one would be done to this machine. */
export function requireLab(): void {
  const outside = process.env[OUTSIDE];
  if (outside === undefined || outside === ownNetwork())
    throw new Error("this is not inside a lab: npm run test:machines makes one");
}

/** Where control groups of version 2 are. */
function cgroups(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  // The last one, where another mount hides the first.
  return mounts
    .map((line) => line.split(" "))
    .filter(([, folder = "", type]) => type === "cgroup2" && existsSync(folder))
    .pop()?.[1];
}

/** Ends what labs have left whose starter was killed. */
function reapAbandoned(root: string): void {
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(PREFIX))) {
    const [pid = "", start = ""] = name.slice(PREFIX.length).split("-");
    if (startOf(Number(pid)) !== start) reap(path.join(root, name));
  }
}

/** A limit of the kernel's for all of root's programs, which no namespace has for itself. */
function raiseInotify(): void {
  const limit = Number(readFileSync(INOTIFY.file, "utf8"));
  if (limit >= INOTIFY.atLeast) return;
  notice(`raising fs.inotify.max_user_instances from ${limit} to ${INOTIFY.atLeast}, until this computer starts again`);
  writeFileSync(INOTIFY.file, String(INOTIFY.atLeast));
}

/** Kills everything in a control group, and removes it. @throws Error when it does not go. */
function reap(group: string): void {
  const end = performance.now() + GONE_WITHIN;
  if (existsSync(group)) writeFileSync(path.join(group, "cgroup.kill"), "1");
  while (existsSync(group)) {
    try {
      removeEmpty(group);
    } catch (error) {
      // Processes are collected a moment after they were killed.
      if (performance.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function removeEmpty(group: string): void {
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmpty(path.join(group, entry.name));
  }
  rmdirSync(group);
}

/** When a process was started, which tells it from a later one of the same number; undefined when there is none. */
function startOf(pid: number): string | undefined {
  try {
    // The name, in parentheses, may hold anything.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()?.split(" ")[19];
  } catch {
    return undefined;
  }
}

function ownNetwork(): string {
  return readlinkSync("/proc/self/ns/net");
}

function isThere(tool: string): boolean {
  return [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"].some((folder) =>
    existsSync(path.join(folder, tool)),
  );
}
