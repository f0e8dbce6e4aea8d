import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type LockPatience, NodeLock } from "../../../../../provider/transport/ssh/lock";
import type { CommandResult } from "../../../../../provider/transport/transport";
import { scratch } from "../../../../support/scratch";
import { complaint, operation } from "../../rollout/balancer";

/** Milliseconds. */
const PATIENCE: LockPatience = { every: 10, within: 20_000, beat: 1_000_000, stale: 60_000 };

/** The node is this machine here: a lock is what its scripts do. */
function run(command: string): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile("sh", ["-c", command], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe("The lock of a node", function () {
  const made = scratch();
  let directory: string;
  beforeEach(function () {
    if (process.platform !== "linux") this.skip();
    directory = made.directory();
  });

  const file = (): string => path.join(directory, "rollout.lock");
  const take = async (one = operation(), patience: Partial<LockPatience> = {}): Promise<NodeLock> => {
    const visit = { name: "the primary balancer", young: false, operation: one };
    const lock = await NodeLock.take(run, directory, visit, { ...PATIENCE, ...patience });
    made.later(() => lock.abandon());
    return lock;
  };
  const owner = (): Record<string, unknown> => JSON.parse(readFileSync(file(), "utf8")) as Record<string, unknown>;
  const belongTo = (change: object): void => writeFileSync(file(), JSON.stringify({ ...owner(), ...change }));

  it("is taken and given back", async () => {
    const lock = await take();
    expect(owner()).to.include({ pid: process.pid });
    await lock.renew();
    await lock.release();
    expect(existsSync(file())).to.equal(false);
  });

  it("is taken by one of many at a time", async () => {
    let inside = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await take();
        expect(++inside).to.equal(1);
        await lock.renew();
        inside--;
        await lock.release();
      }),
    );
    expect(existsSync(file())).to.equal(false);
  });

  it("is waited for, and who has it is shown", async () => {
    const first = await take();
    const one = operation();
    const second = take({ ...one, status: (message) => void (one.shown.push(message), first.release()) });
    await (await second).release();
    expect(one.shown[0]).to.match(/^waiting for another run on the primary balancer: \S+@\S+, process \d+, since \d{4}-\S+Z$/);
    expect(one.warned).to.deep.equal([]);
  });

  it("ends the wait with a message when the other run is not done in time", async () => {
    await take();
    expect(await complaint(take(operation(), { within: 30 }))).to.match(
      /^the primary balancer: another run works on it \(\S+, process \d+, since \S+\): run `pulumi up` again when that is done\. One that is gone is taken over 60 s after its last sign of life$/,
    );
  });

  it("is not waited for after an interruption", async () => {
    await take();
    const interruption = new AbortController();
    const one = operation(interruption.signal);
    expect(await complaint(take({ ...one, status: () => interruption.abort() }))).to.equal("interrupted");
  });

  it("is taken over at once from a run of this machine that is gone, and that is told", async () => {
    await take();
    // No process has this number: it is above the highest that Linux gives.
    belongTo({ pid: 4_999_999, who: "ops@here, process 4999999", token: "another" });
    const one = operation();
    await take(one);
    expect(one.warned).to.have.length(1);
    expect(one.warned[0]).to.match(
      /^the primary balancer was taken over from a run that was cut off \(ops@here, process 4999999, since /,
    );
  });

  it("is taken over at once from an operation of this very run that gave it up", async () => {
    (await take()).abandon();
    const one = operation();
    await take(one);
    expect(one.warned[0]).to.include("was taken over from a run that was cut off");
  });

  it("is not taken over from a run of another machine before its time", async () => {
    await take();
    belongTo({ machine: "elsewhere", pid: 4_999_999 });
    expect(await complaint(take(operation(), { within: 30 }))).to.include("another run works on it");
    const before = new Date(Date.now() - 61_000);
    utimesSync(file(), before, before);
    const one = operation();
    await take(one);
    expect(one.warned[0]).to.match(/^the primary balancer was taken over from a run not heard of for 6\d s \(/);
  });

  it("stays its owner's as long as that gives signs of life", async () => {
    const lock = await take(operation(), { beat: 10 });
    const before = new Date(Date.now() - 600_000);
    utimesSync(file(), before, before);
    await lock.renew();
    expect(await complaint(take(operation(), { within: 30 }))).to.include("another run works on it");
  });

  it("tells its owner that it was taken over", async () => {
    const lock = await take();
    belongTo({ token: "another" });
    expect(await complaint(lock.renew())).to.match(
      /^the primary balancer: another run took it over, since nothing was heard of this one/,
    );
    await lock.release();
    expect(owner()).to.include({ token: "another" });
  });

  it("that nobody can read counts as somebody's until its time is over", async () => {
    writeFileSync(file(), "not JSON");
    expect(await complaint(take(operation(), { within: 30 }))).to.include("another run works on it (an unknown run)");
    const before = new Date(Date.now() - 61_000);
    utimesSync(file(), before, before);
    await take();
  });

  it("tells a machine that has no such directory", async () => {
    rmSync(directory, { recursive: true });
    expect(await complaint(take())).to.equal(
      `the primary balancer: there is no ${directory} on its machine: it is no balancer that this stack made, or its first boot failed; see /var/log/cloud-init-output.log there`,
    );
  });
});
