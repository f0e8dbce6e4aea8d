import { readdirSync, readFileSync } from "node:fs";

/** How often the processes are looked at, in milliseconds; what lives shorter may be missed. */
const LOOK_EVERY = 5;

/** How a test, perhaps one that runs beside this one, writes secrets into the stack file of its site; no user of Evenkeel has to. */
const WRITES_SECRETS = " config set-all ";

/** The command lines of every process of this machine that there were in a time, with what each ran as. Linux only. */
export class CommandLines {
  private readonly seen = new Set<string>();
  private readonly timer = setInterval(() => this.look(), LOOK_EVERY);

  /** Looks a last time, and gives all. */
  stop(): readonly string[] {
    clearInterval(this.timer);
    this.look();
    return [...this.seen].filter((line) => !line.includes(WRITES_SECRETS));
  }

  private look(): void {
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        this.seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // Gone since it was listed.
      }
    }
  }
}
