import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { runInLab } from "../../testbed/machines/lab";
import { MachineRoom } from "../../testbed/machines/machine-room";
import { until } from "../../provider/wait";
import { scratch } from "../support/scratch";
import { oneMachine } from "./support/one-machine";

/** How long processes may take to be gone, in milliseconds. */
const GONE_WITHIN = 20_000;
/** Where this lab, in which others are made, has its control groups. */
const GROUPS = "/sys/fs/cgroup";

describe("A machine in a lab", () => {
  for (const cloud of ["aws", "gcp"]) {
    it(`is started by its cloud's image, and does what its user data says (${cloud})`, async () => {
      const room = await MachineRoom.open();
      const machine = oneMachine(cloud);
      await room.run([machine]);
      const one = room.machine(machine.name);
      expect(await one.run("cloud-init status --wait >/dev/null; cloud-init status; cat /root/told; hostname")).to.equal(
        `status: done\nas it was told\n${machine.name}\n`,
      );
      await room.run([]);
      expect(readdirSync(GROUPS).filter((name) => /^m\d+$/.test(name))).to.deep.equal([]);
      expect(readdirSync("/run/netns")).to.deep.equal([]);
      expect(readdirSync("/run/machines")).to.deep.equal([]);
      expect(readFileSync("/proc/self/mounts", "utf8")).not.to.include("/run/machines");
    });
  }
});

describe("A lab", () => {
  const made = scratch();

  it("has the exit code of its command", async () => {
    expect(await runInLab(["sh", "-c", "exit 7"])).to.equal(7);
  });

  it("is gone when whoever made it is told to end", async () => {
    const { maker, group, processes } = await labWithMachine();
    maker.kill("SIGTERM");
    await ended(maker);
    expect(existsSync(group)).to.equal(false);
    expect(processes.filter(isAlive)).to.deep.equal([]);
  });

  it("leaves no process when whoever made it is killed, and nothing else once another one is made", async () => {
    const { maker, group, processes } = await labWithMachine();
    const mounts = readFileSync("/proc/self/mounts", "utf8");
    maker.kill("SIGKILL");
    await ended(maker);
    expect(await until(() => (processes.some(isAlive) ? undefined : true), GONE_WITHIN), "processes are gone").to.equal(true);
    expect(readFileSync("/proc/self/mounts", "utf8")).to.equal(mounts);
    expect(readdirSync("/run/netns")).to.deep.equal([]);
    expect(readdirSync("/run/machines")).to.deep.equal([]);
    expect(await runInLab(["true"])).to.equal(0);
    expect(existsSync(group)).to.equal(false);
  });

  /** A lab in this one in which a machine runs, with all of its processes. */
  async function labWithMachine(): Promise<{ maker: ChildProcess; group: string; processes: number[] }> {
    const program = path.join(__dirname, "support", "one-machine.ts");
    const maker = made.spawn(process.execPath, ["--require", "tsx/cjs", program], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((resolve, reject) => {
      maker.stdout?.setEncoding("utf8").on("data", (text: string) => {
        if (text.includes("ready")) resolve();
      });
      maker.once("exit", () => reject(new Error("the lab ended before its machine ran")));
    });
    const name = readdirSync(GROUPS).find((entry) => entry.startsWith(`evenkeel-lab-${maker.pid ?? ""}-`)) ?? "";
    const group = path.join(GROUPS, name);
    const processes = processesIn(group);
    // The lab's own, and those of a machine: its init, its journal, its SSH server, …
    expect(processes.length).to.be.greaterThan(8);
    return { maker, group, processes };
  }
});

function processesIn(group: string): number[] {
  const own = readFileSync(path.join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  const below = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...own, ...below.flatMap(({ name }) => processesIn(path.join(group, name)))];
}

/** A process that ended and is not yet collected is none any more. */
function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once("exit", resolve));
}
