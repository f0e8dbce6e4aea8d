import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process that can't be taken for a later one with the same number. */
export interface Identity {
  readonly pid: number;
  /** When it started, in the system's own terms, with the boot it belongs to. */
  readonly started: string;
}

/** Who has this process number now; undefined when nobody, or only a dead process that was not yet collected. */
export function identify(pid: number): Identity | undefined {
  const started = process.platform === "linux" ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether this very process still runs. */
export function isAlive({ pid, started }: Identity): boolean {
  return identify(pid)?.started === started;
}

/** Whether any process of a group still runs; its members outlive a leader that was killed. */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  return process.platform !== "linux" || hasLivingMember(group);
}

/** What tells this start of this machine's kernel from all others, on Linux. */
export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function startedOnLinux(pid: number): string | undefined {
  const fields = statFields(pid);
  // State and start time, proc(5).
  if (fields === undefined || fields[0] === "Z" || fields[0] === "X") return undefined;
  return `${bootId()} ${fields[19] ?? ""}`;
}

function startedByPs(pid: number): string | undefined {
  try {
    const [state, ...started] = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
      .trim()
      .split(/\s+/);
    return state === undefined || state === "" || state.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    return undefined;
  }
}

/** The fields of /proc/PID/stat behind the program's name, which may hold anything. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** A group of nothing but zombies answers signals too. */
function hasLivingMember(group: number): boolean {
  return readdirSync("/proc").some((entry) => {
    const [state, , pgrp] = /^\d+$/.test(entry) ? (statFields(Number(entry)) ?? []) : [];
    return Number(pgrp) === group && state !== "Z" && state !== "X";
  });
}
