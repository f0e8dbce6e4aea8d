import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { until } from "../../provider/wait";
import { shell } from "./command";

/** Where machines have their disks: in memory. */
const MACHINES = "/run/machines";
/** How long the processes of a machine may take to be gone, in milliseconds. */
const GONE_WITHIN = 10_000;

/** A machine that runs: its own init, its own disk, its own network. */
export class Machine {
  private isKilled = false;

  private constructor(
    /** Its name in the lab. */
    readonly name: string,
    hostname: string,
    private readonly child: ChildProcess,
  ) {
    // Whoever waits for it would else not learn why it does not answer.
    child.once("exit", (code, signal) => {
      if (!this.isKilled) process.stderr.write(`${hostname} ended by itself (${signal ?? code ?? ""}):\n${this.console()}\n`);
    });
  }

  /**
   * Starts a machine; it is not ready before cloud-init says so.
   *
   * @param name Its name in the lab, which is that of its network namespace too.
   * @param image What its disk begins as.
   * @param hostname What it is called inside.
   */
  static start(name: string, image: string, hostname: string, userData: string): Machine {
    const folder = path.join(MACHINES, name);
    const seed = path.join(folder, "seed");
    mkdirSync(seed, { recursive: true });
    writeFileSync(path.join(seed, "user-data"), userData);
    writeFileSync(path.join(seed, "meta-data"), `instance-id: ${name}\nlocal-hostname: ${hostname}\n`);
    const log = openSync(path.join(folder, "console.log"), "w");
    const child = spawn("sh", [path.join(__dirname, "machine.sh"), name, image, folder], { stdio: ["ignore", log, log] });
    closeSync(log);
    return new Machine(name, hostname, child);
  }

  /** Runs a command inside, as root; what it printed. @throws Error when it fails. */
  async run(command: string): Promise<string> {
    const leader = (await until(() => this.leader(), GONE_WITHIN)) ?? "";
    return shell('nsenter --target "$1" --all sh -c "$2"', leader, command);
  }

  /** What it has printed on its console. */
  console(): string {
    return readFileSync(path.join(MACHINES, this.name, "console.log"), "utf8");
  }

  /** Takes its power away. Its disk and its cable stay. */
  async kill(): Promise<void> {
    this.isKilled = true;
    const group = path.join("/sys/fs/cgroup", this.name);
    const ended = new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) resolve(undefined);
      else this.child.once("exit", resolve);
    });
    if (!existsSync(group)) this.child.kill("SIGKILL");
    else writeFileSync(path.join(group, "cgroup.kill"), "1");
    await ended;
    const gone = await until(async () => {
      if (!existsSync(group)) return true;
      await shell('find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true', group);
      return undefined;
    }, GONE_WITHIN);
    if (gone === undefined) throw new Error(`${this.name} does not end`);
  }

  /** {@link kill}s it, and takes its disk away. */
  async destroy(): Promise<void> {
    await this.kill();
    const folder = path.join(MACHINES, this.name);
    await shell('umount "$1/root"', folder);
    rmSync(folder, { recursive: true, force: true });
  }

  /** The number of its first process, as it is seen from the lab. */
  private leader(): string | undefined {
    const group = path.join("/sys/fs/cgroup", this.name, "payload", "init.scope", "cgroup.procs");
    if (!existsSync(group)) return undefined;
    const [first = ""] = readFileSync(group, "utf8").split("\n");
    return first === "" ? undefined : first;
  }
}
