import { FILES } from "../../components/haproxy/configuration";
import { fullDisk } from "../transport/disk";
import { type Fallback, type Rollback } from "./node";
import { NodeTrouble, STATES } from "../transport/node-trouble";
import { NOT_FOUND } from "../transport/ssh/shell";
import type { Transport } from "../transport/transport";

/** What each script begins with: nobody else changes anything meanwhile, the timer neither. */
const ALONE = `exec 9<"$1"; flock -w 10 9 || exit 1; f=$1/${FILES.rollback}`;

/**
 * The timer, whose directory is `$1`. It is meant only as long as the file is the one that it holds open: whoever takes the
 * file away, or puts another one there, ends it. It counts, since a clock may jump; and it needs no space on the disk. The
 * master is told by a signal, which needs nothing but a shell; a master is what has the configuration in its arguments, and
 * whose parent has not. Where none runs, the next one that starts finds the file.
 */
const TIMER = `trap "" HUP
f=$1/${FILES.rollback}; left=$2
while [ "$f" -ef /proc/self/fd/8 ] && [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
exec 9<"$1"; flock 9; [ "$f" -ef /proc/self/fd/8 ] || exit 0
mv -f "$f" "$1/${FILES.configuration}" || exit 1
mv -f "$1/${FILES.stateRollback}" "$1/${FILES.state}"
is_haproxy() { tr "\\0" "\\n" <"/proc/$2/cmdline" | { read -r program; case $program in *haproxy) grep -qxF -- "$1/${FILES.configuration}";; *) false;; esac; }; }
for process in /proc/[0-9]*; do
  process=\${process#/proc/}
  is_haproxy "$1" "$process" || continue
  parent=$(sed -n "s/^PPid:[[:space:]]*//p" "/proc/$process/status")
  is_haproxy "$1" "$parent" || kill -USR2 "$process"
done`;

/** Puts the file there anew, by which an earlier timer ends, and starts one, which outlives this connection. */
const ARM = `${ALONE}
[ -e "$f" ] || exit ${NOT_FOUND}
umask 077; cp "$f" "$f.part" && mv -f "$f.part" "$f" || { rm -f "$f.part"; exit 1; }
setsid sh -c "$3" timer "$1" "$2" </dev/null >/dev/null 2>&1 8<"$f" 9<&- &`;

const DISARM = `${ALONE}; rm -f "$f" "$1/${FILES.stateRollback}"`;
const CONFIRM = `${ALONE}; [ -e "$f" ] || exit ${NOT_FOUND}; rm -f "$f" "$1/${FILES.stateRollback}"`;

/**
 * What a node goes back to by itself, and when. It lies on the node as a file beside the configuration: as long as that is
 * there, the configuration is not confirmed. On this machine there is none: nothing can come between it and the rollout, which
 * puts back what it began also when it is interrupted, and what a killed one leaves the next `up` takes up.
 */
export class RollbackTimer implements Rollback {
  private seconds: number | undefined;

  constructor(
    private readonly name: string,
    private readonly directory: string,
    private readonly transport: Transport,
  ) {}

  get armedFor(): number | undefined {
    return this.seconds;
  }

  async arm({ configuration, state }: Fallback, within: number): Promise<void> {
    if (this.transport.grace === undefined) return;
    // What an earlier run has not confirmed either is nothing to go back to.
    if (await this.rearmed(within)) return;
    if (state !== undefined) await this.transport.write(this.path(FILES.stateRollback), state);
    await this.transport.write(this.path(FILES.rollback), configuration);
    if (!(await this.rearmed(within))) throw new Error(`${this.name}: ${this.path(FILES.rollback)} was removed meanwhile`);
  }

  async rearm(within: number): Promise<string | undefined> {
    if (this.transport.grace === undefined || !(await this.rearmed(within))) return undefined;
    return this.transport.read(this.path(FILES.rollback));
  }

  async disarm(): Promise<void> {
    if (this.transport.grace === undefined) return;
    await this.run("remove", DISARM);
    this.seconds = undefined;
  }

  async confirm(): Promise<void> {
    if (this.seconds === undefined) return;
    const seconds = this.seconds;
    this.seconds = undefined;
    if (await this.run("confirm", CONFIRM)) return;
    throw new NodeTrouble(
      `${this.name} went back to its old configuration by itself, since the new one was not confirmed within ${seconds} s; run \`pulumi up\` again`,
      STATES.otherConfiguration,
    );
  }

  /** Has the time begin anew; false when there is nothing to go back to. */
  private async rearmed(within: number): Promise<boolean> {
    const seconds = Math.max(1, Math.ceil((within + (this.transport.grace ?? 0)) / 1_000));
    const armed = await this.run("start", ARM, String(seconds), TIMER);
    this.seconds = armed ? seconds : undefined;
    return armed;
  }

  /** Runs one of the scripts; false when there is nothing to go back to. */
  private async run(what: string, text: string, ...args: readonly string[]): Promise<boolean> {
    const { code, stderr } = await this.transport.run(["sh", "-c", text, `rollback-${what}`, this.directory, ...args]);
    if (code === 0) return true;
    if (code === NOT_FOUND) return false;
    const [failed, reason] = [
      `${this.name}: can't ${what} its rollback timer`,
      stderr.trim() || "another run holds its directory",
    ];
    const full = await fullDisk((command) => this.transport.run(command), this.directory, failed, reason);
    throw full ?? new NodeTrouble(`${failed}: ${reason}`, "it can't be written to");
  }

  private path(file: string): string {
    return `${this.directory}/${file}`;
  }
}
