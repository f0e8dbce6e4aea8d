import { randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import * as os from "node:os";
import { bootId, type Identity, identify, isAlive } from "../../identity";
import { pause } from "../../wait";
import { fullDisk } from "../disk";
import { NodeTrouble } from "../node-trouble";
import type { CommandResult, Visit } from "../transport";
import { NOT_FOUND, script } from "./shell";

/** How the waiting for another run goes; times are milliseconds. */
export interface LockPatience {
  /** How often the lock is looked at. */
  readonly every: number;
  /** How long another run is waited for. */
  readonly within: number;
  /** How often a run gives a sign of life. */
  readonly beat: number;
  /** How long after its last sign of life a run counts as gone. */
  readonly stale: number;
}

export const LOCK_PATIENCE: LockPatience = { every: 1_000, within: 300_000, beat: 10_000, stale: 60_000 };

const FILE = "rollout.lock";
/** Exit code of the script when another run has the lock. */
const TAKEN = 75;

/** Takes the lock unless another one than `$3` has it. The node's own clock tells how old that is. A shell's own printf would not say that the disk is full. */
const TAKE = `
[ -d "$1" ] || exit ${NOT_FOUND}
exec 9<"$1"; flock -w 5 9 || exit 1
f=$1/${FILE}
if [ -e "$f" ] && [ "$(cat "$f")" != "$3" ]; then
  echo $(( $(date +%s) - $(stat -c %Y "$f") )); cat "$f"; exit ${TAKEN}
fi
umask 077; printf %s "$2" | cat > "$f.new" && mv -f "$f.new" "$f" || { rm -f "$f.new"; exit 1; }`;
const RENEW = `f=$1/${FILE}; [ "$(cat "$f" 2>/dev/null)" = "$2" ] || exit ${TAKEN}; touch "$f"`;
const RELEASE = `exec 9<"$1"; flock -w 5 9; f=$1/${FILE}; [ "$(cat "$f" 2>/dev/null)" != "$2" ] || rm -f "$f"`;

/** Who has a lock, as its file says. */
interface Owner extends Identity {
  /** What it is called in messages: `ops@laptop, process 4711`. */
  readonly who: string;
  /** The machine that it runs on, and the numbering of processes there. */
  readonly machine: string;
  readonly token: string;
  /** When it took the lock, by its own clock. */
  readonly since: string;
}

/** Runs a command line on the node. */
type Run = (command: string) => Promise<CommandResult>;

/** Tokens of the locks that this process works under. */
const held = new Set<string>();

/** A directory of a node that one run has for itself, as long as it gives signs of life. */
export class NodeLock {
  private readonly beat: NodeJS.Timeout;

  private constructor(
    private readonly run: Run,
    private readonly directory: string,
    private readonly name: string,
    private readonly owner: Owner,
    { beat }: LockPatience,
  ) {
    // A lost lock is told before the next thing that matters.
    this.beat = setInterval(() => void this.renew().catch(() => undefined), beat).unref();
  }

  /**
   * Takes the lock, waiting for another run that has it; one that is gone is told, and its lock taken over.
   * @throws NodeTrouble when the other run is not done in time, or there is no such directory.
   */
  static async take(run: Run, directory: string, visit: Visit, patience: LockPatience = LOCK_PATIENCE): Promise<NodeLock> {
    const owner = ourselves();
    // Before anybody can read of it: an owner of this process that is not held counts as gone.
    held.add(owner.token);
    try {
      await waitForTurn(run, directory, owner, visit, patience);
      return new NodeLock(run, directory, visit.name, owner, patience);
    } catch (error) {
      held.delete(owner.token);
      throw error;
    }
  }

  /**
   * Gives a sign of life.
   * @throws NodeTrouble when another run has taken the lock over.
   */
  async renew(): Promise<void> {
    const { code } = await this.run(script(RENEW, this.directory, JSON.stringify(this.owner)));
    if (code === TAKEN) {
      throw new NodeTrouble(
        `${this.name}: another run took it over, since nothing was heard of this one: run \`pulumi up\` again when that is done`,
        "another run works on it",
      );
    }
  }

  /** No more signs of life: whoever comes next, of this process too, may take the lock over. */
  abandon(): void {
    clearInterval(this.beat);
    held.delete(this.owner.token);
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    clearInterval(this.beat);
    try {
      await this.run(script(RELEASE, this.directory, JSON.stringify(this.owner)));
    } finally {
      this.abandon();
    }
  }
}

/** Waits for the lock and writes its owner into it. */
async function waitForTurn(
  run: Run,
  directory: string,
  owner: Owner,
  { name, operation }: Visit,
  patience: LockPatience,
): Promise<void> {
  const end = performance.now() + patience.within;
  for (let stale: { text: string; why: string } | undefined; ;) {
    const { code, stdout, stderr } = await run(script(TAKE, directory, JSON.stringify(owner), stale?.text ?? ""));
    if (code === 0) {
      if (stale !== undefined) operation.warn(`${name} was taken over from ${stale.why}`);
      return;
    }
    if (code === NOT_FOUND) {
      throw new NodeTrouble(
        `${name}: there is no ${directory} on its machine: it is no balancer that this stack made, or its first boot failed; see /var/log/cloud-init-output.log there`,
        `there is no ${directory} on its machine`,
      );
    }
    if (code !== TAKEN) {
      const [what, reason] = [`${name}: can't be taken for this run`, stderr.trim()];
      const full = await fullDisk((command) => run(script('"$@"', ...command)), directory, what, reason);
      throw full ?? new NodeTrouble(`${what}: ${reason}`, "it can't be written to");
    }

    const [age = "", text = ""] = stdout.split("\n");
    const other = ownerIn(text);
    const who = other === undefined ? "an unknown run" : `${other.who}, since ${other.since}`;
    stale = undefined;
    if (other !== undefined && isGone(other)) stale = { text, why: `a run that was cut off (${who})` };
    else if (Number(age) * 1_000 >= patience.stale) stale = { text, why: `a run not heard of for ${age} s (${who})` };
    if (stale !== undefined) continue;
    if (performance.now() >= end) {
      throw new NodeTrouble(
        `${name}: another run works on it (${who}): run \`pulumi up\` again when that is done. One that is gone is taken over ${patience.stale / 1_000} s after its last sign of life`,
        "another run works on it",
      );
    }
    operation.status(`waiting for another run on ${name}: ${who}`);
    await pause(patience.every, operation.signal);
  }
}

function ourselves(): Owner {
  return {
    who: `${os.userInfo().username}@${os.hostname()}, process ${process.pid}`,
    machine: thisMachine(),
    ...thisProcess(),
    token: randomBytes(8).toString("hex"),
    since: new Date().toISOString(),
  };
}

function thisProcess(): Identity {
  return identify(process.pid) ?? { pid: process.pid, started: "" };
}

/** Process numbers mean something only here: containers have the same kernel, and each its own numbers. */
function thisMachine(): string {
  const read = (of: () => string): string => {
    try {
      return of().trim();
    } catch {
      return "";
    }
  };
  return [os.hostname(), read(bootId), read(() => readlinkSync("/proc/self/ns/pid"))].join(" ");
}

function ownerIn(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
}

/** Whether an owner can be seen to be gone; one on another machine can't. */
function isGone(other: Owner): boolean {
  if (other.machine !== thisMachine()) return false;
  const { pid, started } = thisProcess();
  return other.pid === pid && other.started === started ? !held.has(other.token) : !isAlive(other);
}
