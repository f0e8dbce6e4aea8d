import { expect } from "chai";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { until } from "../../provider/wait";
import { ROOT, smallStack, TestSite } from "../support/sites/test-site";

/** A second server is healthy to the plugin, which asks first, and to nobody after: its rollout would wait for ever. */
const onceHealthy = { app: { command: `exec node ${path.join(ROOT, "test/support/apps/once-healthy.mjs")}` } };

/** How long a plugin whose engine was killed may take to put the old configuration back, in milliseconds. */
const PUT_BACK_WITHIN = 60_000;

describe("An interruption", () => {
  it("in the middle of a rollout leaves the old configuration serving, and a rerun converges", async () => {
    const site = await TestSite.up(smallStack({ a: 1, b: 1 }, onceHealthy));
    const load = await site.underLoad({ requestsPerSecond: 200 });
    site.scale({ a: 2, b: 1 });
    site.runInOwnProcesses();
    const running = site.start(["up", "--yes", "--skip-preview"]);
    await running.printed("waiting for web-a-2 (");
    running.child.kill("SIGINT");
    const { code, text } = await running.outcome;
    expect(code).to.not.equal(0);
    expect(text).to.include("the secondary balancer was put back to its old configuration, with which it serves on");
    expect(await site.ask("shop-secondary", "show servers state")).to.not.include("web-a-2");

    await site.runInProcess();
    site.scale({ a: 1, b: 1 });
    await site.up();
    expect(Object.keys(site.processes())).to.not.include("web-a-2");
    expect(await site.up()).to.match(/Resources:\s+11 unchanged/);
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await site.remove();
  });

  it("by kill -9 of the engine leaves the old configuration serving; after `pulumi cancel` a rerun converges and doubles nothing", async () => {
    const site = await TestSite.up(smallStack({ a: 1, b: 1 }, onceHealthy));
    const load = await site.underLoad({ requestsPerSecond: 200 });
    site.scale({ a: 2, b: 1 });
    site.runInOwnProcesses();
    const running = site.start(["up", "--yes", "--skip-preview"]);
    await running.printed("waiting for web-a-2 (");
    running.child.kill("SIGKILL");
    await running.outcome;
    // The plugin sees that its engine is gone and puts the old configuration back.
    const isBack = async (): Promise<true | undefined> =>
      (await site.ask("shop-secondary", "show servers state")).includes("web-a-2") ? undefined : true;
    expect(await until(isBack, PUT_BACK_WITHIN)).to.equal(true);

    await site.runInProcess();
    expect(await site.failingUp()).to.include("the stack is currently locked by 1 lock(s)");
    await site.expectSuccess(["cancel", "--yes"]);
    site.scale({ a: 1, b: 2 });
    await site.up("--refresh");
    expect(Object.keys(site.processes()).sort()).to.deep.equal([
      "shop-front",
      "shop-primary",
      "shop-secondary",
      "web-a-1",
      "web-b-1",
      "web-b-2",
    ]);
    expect(site.allProcesses()).to.have.length(6);
    expect(await site.up()).to.match(/Resources:\s+12 unchanged/);
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await site.remove();
  });

  it("that loses the engine's state does not double what runs: the same is taken over", async () => {
    const site = await TestSite.up();
    const before = site.processes();
    site.forgetState();
    await site.initializeStack();
    await site.up();
    const after = site.processes();
    expect(Object.entries(after).map(([name, { pid }]) => [name, pid])).to.deep.equal(
      Object.entries(before).map(([name, { pid }]) => [name, pid]),
    );
    expect(site.allProcesses()).to.have.length(5);
    await site.remove();
  });
});

describe("A run that fails halfway through replacing servers", () => {
  const release = (name: string): StackInput => {
    const command = `exec node ${path.join(ROOT, "test/support/apps/release.mjs")}`;
    return smallStack({ a: 1, b: 1 }, { app: { command, environment: { RELEASE: name }, startWithin: "3s" } });
  };

  for (const then of ["1", "2"]) {
    it(`leaves the old ones serving while a plain pulumi up goes to release ${then}`, async () => {
      const site = await TestSite.up(release("1"));
      const load = await site.underLoad({ requestsPerSecond: 200 });
      site.change(release("sick-in-b"));
      await site.failingUp();
      site.change(release(then));
      // Without --refresh nothing tells the plugin of what a failed run left to be removed.
      await site.up();
      expect(Object.keys(site.processes())).to.include.members(["web-a-1", "web-b-1"]);
      expect(site.allProcesses()).to.have.length(5);
      expect(await site.up()).to.match(/Resources:\s+11 unchanged/);
      const result = await load.stop();
      expect(result.failed, describeResult(result)).to.equal(0);
      await site.remove();
    });
  }
});
