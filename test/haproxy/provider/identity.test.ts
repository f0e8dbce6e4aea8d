import { spawnSync, type ChildProcess } from "node:child_process";
import { expect } from "chai";
import { identify, isAlive, isGroupAlive } from "../../../provider/identity";
import { until } from "../../../provider/wait";
import { scratch } from "../../support/scratch";

/** Waits for a condition that the system brings about. */
async function eventually(condition: () => boolean, what: string): Promise<void> {
  if ((await until(() => (condition() ? true : undefined), 10_000)) === undefined) expect.fail(`${what} did not come about`);
}

/** The first line that a program prints, as a number. */
async function printedNumber(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.stdout?.once("data", (line: Buffer) => resolve(Number(String(line).trim()))));
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function exitOf(child: ChildProcess): Promise<void> {
  await new Promise((resolve) => child.once("exit", resolve));
}

describe("The identity of a process", function () {
  this.timeout(20_000);
  const made = scratch();
  const sleeper = () => made.spawn("sleep", ["600"]);
  const pidOf = ({ pid }: ChildProcess): number => pid ?? expect.fail("it did not start");

  it("is the same each time it is asked for", () => {
    const me = identify(process.pid);
    expect(me).to.have.property("pid", process.pid);
    expect(identify(process.pid)).to.deep.equal(me);
  });

  it("survives being written to a file", () => {
    const me = identify(process.pid);
    expect(me === undefined ? false : isAlive(JSON.parse(JSON.stringify(me)) as typeof me)).to.equal(true);
  });

  it("is none where there is no process", async () => {
    const child = made.spawn("true", []);
    const pid = pidOf(child);
    await exitOf(child);
    expect(identify(pid)).to.equal(undefined);
  });

  it("tells a process from a later one with the same number", () => {
    const child = sleeper();
    const now = identify(pidOf(child)) ?? expect.fail("it is not seen");
    expect(isAlive(now)).to.equal(true);
    // The same number, another start: what is seen when the number was given away.
    for (const started of ["", "another start", `${now.started}0`, now.started.slice(0, -1)]) {
      expect(isAlive({ pid: now.pid, started }), started).to.equal(false);
    }
  });

  it("tells a process from one with the same number and start before the machine was booted again", function () {
    if (process.platform !== "linux") this.skip();
    const now = identify(process.pid) ?? expect.fail("it is not seen");
    const [boot, ticks] = now.started.split(" ");
    expect(boot).to.match(/^[0-9a-f-]{36}$/);
    expect(isAlive({ ...now, started: `00000000-0000-0000-0000-000000000000 ${ticks ?? ""}` })).to.equal(false);
  });

  it("ends with the process", async () => {
    const child = sleeper();
    const now = identify(pidOf(child)) ?? expect.fail("it is not seen");
    const exit = exitOf(child);
    child.kill("SIGKILL");
    await exit;
    expect(isAlive(now)).to.equal(false);
  });

  it("ends though nobody has collected the dead process", async () => {
    // The parent is stopped, and so never asks after its child.
    const parent = made.spawn("sh", ["-c", "sleep 600 & echo $!; kill -STOP $$"], { stdio: ["ignore", "pipe", "ignore"] });
    const pid = await printedNumber(parent);
    await eventually(
      () =>
        spawnSync("ps", ["-o", "state=", "-p", String(pidOf(parent))])
          .stdout.toString()
          .startsWith("T"),
      "a stopped parent",
    );
    const now = identify(pid) ?? expect.fail("it is not seen");
    expect(isAlive(now)).to.equal(true);
    process.kill(pid, "SIGKILL");
    await eventually(() => !isAlive(now), "the death of a process");
    expect(identify(pid)).to.equal(undefined);
    expect(answersSignals(pid), "it should still be there, uncollected").to.equal(true);
  });

  it("is read also when the program's name is made to mislead", async function () {
    if (process.platform !== "linux") this.skip();
    const named = made.spawn(
      process.execPath,
      ["-e", "process.title = ') Z 1 1 ('; console.log(process.pid); setInterval(() => {}, 1000)"],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    await printedNumber(named);
    const now = identify(pidOf(named)) ?? expect.fail("it is taken for dead");
    expect(now.started).to.match(/^\S+ \d+$/);
    expect(isAlive(now)).to.equal(true);
  });
});

describe("A process group", function () {
  this.timeout(20_000);
  const made = scratch();

  it("outlives its leader", async () => {
    const leader = made.spawn("sh", ["-c", "sleep 600 & echo $!"], { stdio: ["ignore", "pipe", "ignore"] });
    const exit = exitOf(leader);
    const member = await printedNumber(leader);
    const group = leader.pid ?? expect.fail("it did not start");
    await exit;
    expect(answersSignals(group), "the leader should be gone").to.equal(false);
    expect(isGroupAlive(group)).to.equal(true);

    process.kill(member, "SIGKILL");
    await eventually(() => !isGroupAlive(group), "the end of the group");
  });

  it("is dead when nothing but uncollected processes is left of it", async () => {
    // The parent starts a group, lets it die, and never gets around to collecting it.
    const program = [
      "const child = require('child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });",
      "require('fs').writeSync(1, String(child.pid));",
      "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    ].join("\n");
    const parent = made.spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "ignore"] });
    const group = await printedNumber(parent);
    made.later(() => answersSignals(group) && process.kill(-group, "SIGKILL"));
    expect(isGroupAlive(group)).to.equal(true);
    process.kill(-group, "SIGKILL");
    await eventually(() => !isGroupAlive(group), "the end of the group");
    expect(answersSignals(-group), "it should still be there, uncollected").to.equal(true);
  });

  it("is dead when nobody ever was in it", async () => {
    const child = made.spawn("true", []);
    const group = child.pid ?? expect.fail("it did not start");
    await exitOf(child);
    expect(isGroupAlive(group)).to.equal(false);
  });
});
