import { mkdirSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { explain, isStale, type Lock, locksOn } from "../../../cli/lock";
import { scratch } from "../../support/scratch";

/** The process of a run that was killed: it was there, and is no more. */
async function deadProcess(made: ReturnType<typeof scratch>): Promise<number> {
  const child = made.spawn("true", []);
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid ?? expect.fail("it did not start");
}

function lockOf(pid: number, hostname = os.hostname()): Lock {
  return { pid, username: "ada", hostname, timestamp: "2025-03-01T10:00:00Z" };
}

describe("A lock on a stack", () => {
  const made = scratch();

  /** Points the state of stacks to an empty folder for one test. */
  function stateFolder(): string {
    const [folder, before] = [made.directory(), process.env.PULUMI_BACKEND_URL];
    made.later(() => {
      if (before === undefined) delete process.env.PULUMI_BACKEND_URL;
      else process.env.PULUMI_BACKEND_URL = before;
    });
    process.env.PULUMI_BACKEND_URL = `file://${folder}`;
    return folder;
  }

  /** A process that goes by Pulumi's name. */
  async function runningPulumi(): Promise<number> {
    const child = made.spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1000)", "pulumi"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    return child.pid ?? expect.fail("it did not start");
  }

  function leaveLock(folder: string, stack: string, text: string): void {
    const locks = path.join(folder, ".pulumi", "locks", "organization", "evenkeel", stack);
    mkdirSync(locks, { recursive: true });
    writeFileSync(path.join(locks, "4f1c.json"), text);
    writeFileSync(path.join(locks, "4f1c.json.attrs"), "{}");
  }

  it("is found where Pulumi keeps it", () => {
    const folder = stateFolder();
    const lock = lockOf(process.pid);
    leaveLock(folder, "local", JSON.stringify(lock));
    expect(locksOn("local")).to.deep.equal([lock]);
    expect(locksOn("other")).to.deep.equal([]);
  });

  it("is none where no run ever was, or where the file can't be read", () => {
    const folder = stateFolder();
    expect(locksOn("local")).to.deep.equal([]);
    leaveLock(folder, "local", "{");
    expect(locksOn("local")).to.deep.equal([]);
  });

  it("is not looked for in a backend that keeps no files here", () => {
    stateFolder();
    process.env.PULUMI_BACKEND_URL = "https://api.pulumi.com";
    expect(locksOn("local")).to.deep.equal([]);
  });

  it("is stale when its run on this machine is no more, also when another program has its number now", async () => {
    expect(isStale(lockOf(await runningPulumi()))).to.equal(false);
    expect(isStale(lockOf(await deadProcess(made)))).to.equal(true);
    expect(isStale(lockOf(process.pid))).to.equal(true);
  });

  it("of another machine is never stale, for nothing is known of its runs", async () => {
    expect(isStale(lockOf(await deadProcess(made), "elsewhere"))).to.equal(false);
  });

  it("that is held is explained by who holds it", async () => {
    const pid = await runningPulumi();
    expect(explain(lockOf(pid), "production", "up")).to.equal(
      `The stack production is locked by process ${pid} of ada on ${os.hostname()}, since 2025-03-01T10:00:00Z. ` +
        "Wait until that run is done, or stop it there.",
    );
  });

  it("that is stale is explained with the way on", async () => {
    const pid = await deadProcess(made);
    expect(explain(lockOf(pid), "local", "down")).to.equal(
      [
        `The stack local is locked by a run that is no more: process ${pid} of ada on ${os.hostname()}, since 2025-03-01T10:00:00Z.`,
        "It was killed before it could clean up. What serves now serves on; nothing of it is lost, and nothing will be doubled.",
        "To go on:  npm run down -- --unlock     (which runs `pulumi cancel` first)",
      ].join("\n"),
    );
  });
});
