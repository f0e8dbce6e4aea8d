import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { FILES } from "../../../../../components/haproxy/configuration";
import { balancerUserData } from "../../../../../components/clouds/cloud-init/balancer";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import type { Plan } from "../../../../../components/model/plan";
import { HaproxyNode } from "../../../../../provider/haproxy/haproxy-node";
import type { BalancerNode } from "../../../../../provider/haproxy/node";
import { rollOut } from "../../../../../provider/rollout/roll-out";
import { PATIENCE, SshTransport } from "../../../../../provider/transport/ssh/transport";
import { until } from "../../../../../provider/wait";
import { scratch } from "../../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../../support/programs/sshd";
import { ROOT } from "../../../../support/sites/test-site";
import { type Balancer, complaint, operation, planOf, roll, rollout, startBalancer, startServer } from "../../rollout/balancer";
import type { RolloutTold } from "./rollout-process";

/** A rollout whose node goes back by itself a few seconds after it should be done. */
const TIMES = { healthyWithin: "1s", drainWithin: "100ms", grace: 500 };
/** Milliseconds until a node has gone back, on a busy machine. */
const GOES_BACK_WITHIN = 60_000;

describe("A balancer on another machine", function () {
  this.timeout(120_000);
  const made = scratch();
  let sshd: Sshd;
  let balancer: Balancer;
  /** The verified one, one that never becomes healthy, and one that does. */
  let plans: { readonly old: Plan; readonly bad: Plan; readonly good: Plan };
  let load: { stop(): Promise<string[]> };

  beforeEach(async function () {
    requireSshd(this);
    [sshd, balancer] = await Promise.all([startSshd(made), startBalancer(made)]);
    const one = await startServer(made, "one");
    plans = {
      old: planOf({ "web-a-1": one }),
      bad: planOf({ "web-a-1": one, "web-a-2": await startServer(made, "down", 503) }),
      good: planOf({ "web-a-1": one, "web-a-3": await startServer(made, "three") }),
    };
    await roll(node(), balancer.node, plans.old);
    load = underLoad();
    // Its timer looks each second whether it is still meant.
    made.later(() => timersGone());
  });

  const node = (grace = TIMES.grace): BalancerNode =>
    new HaproxyNode(balancer.node, new SshTransport("the primary balancer", sshd.access, sshd.key, { ...PATIENCE, grace }));
  const text = (): string => readFileSync(path.join(balancer.node.directory, FILES.configuration), "utf8");
  const textOf = (plan: Plan): string => renderBalancer(plan, balancer.node).text;
  const files = (): string[] => readdirSync(balancer.node.directory).filter((file) => !/\.sock$|^rollout\.lock$/.test(file));
  const FINAL = ["haproxy.cfg", "haproxy.cfg.confirmed", "haproxy.cfg.previous", "server-state"];

  function timers(): number {
    try {
      // The shell that started this would find itself.
      return execFileSync("pgrep", ["-f", `timer ${balancer.node.directory}`], { encoding: "utf8" })
        .trim()
        .split("\n").length;
    } catch {
      return 0;
    }
  }
  const timersGone = async (): Promise<void> => {
    expect(await until(() => (timers() === 0 ? true : undefined), 10_000), "its timers have ended").to.equal(true);
  };
  const goesBackTo = async (plan: Plan): Promise<void> => {
    const servers = Object.keys(plan.pools.web?.servers ?? {}).map((server) => `web/${server}`);
    const gone = await until(
      async () => ((await balancer.servers()).join() === servers.join() && text() === textOf(plan) ? true : undefined),
      GOES_BACK_WITHIN,
    );
    expect(gone, "it has gone back").to.equal(true);
  };

  /** Asks the site again and again: what went wrong, with the number of answers at the end. */
  function underLoad() {
    const failures: string[] = [];
    const ending = { over: false };
    const going = (async () => {
      while (!ending.over) {
        await balancer.get().then(
          ({ status, body }) => {
            if (status !== 200) failures.push(`${status} ${body}`);
          },
          (error: unknown) => void failures.push(String((error as Error).cause ?? error)),
        );
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const stop = async (): Promise<string[]> => {
      ending.over = true;
      await going;
      return failures;
    };
    made.later(stop);
    return { stop };
  }

  /** A rollout that dies after the reload, while it waits for a server. */
  async function dieAfterReload(): Promise<void> {
    const told: RolloutTold = {
      ...TIMES,
      healthyWithin: "5s",
      access: sshd.access,
      key: sshd.key,
      node: balancer.node,
      plan: plans.bad,
      before: plans.old,
    };
    const program = path.join(__dirname, "rollout-process.ts");
    const child = made.spawn(process.execPath, ["--require", "tsx/cjs", program], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ROLLOUT: JSON.stringify(told) },
    });
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (part: string) => (said += part));
    const waits = await until(() => (said.includes("waiting for web-a-2 (") ? true : undefined), 30_000);
    expect(waits, said).to.equal(true);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    // That of the rollout before has just ended.
    expect(await until(() => (timers() === 1 ? true : undefined), 10_000), "its timer counts").to.equal(true);
    expect(await balancer.servers()).to.include("web/web-a-2");
  }

  it("goes back to the verified configuration when the rollout dies after the reload", async () => {
    await dieAfterReload();
    await goesBackTo(plans.old);
    await timersGone();
    expect(existsSync(path.join(balancer.node.directory, FILES.rollback))).to.equal(false);
    expect(await load.stop()).to.deep.equal([]);
    // The next one finds a node as any other.
    await roll(node(), balancer.node, plans.good, { before: plans.old });
    expect(text()).to.equal(textOf(plans.good));
    expect(files().sort()).to.deep.equal(FINAL);
  });

  it("goes back when it can't be reached any more, and the rollout says so", async () => {
    const reached = node();
    const one = operation();
    await reached.take(one, false);
    const watched = {
      ...one,
      status(message: string) {
        if (message.startsWith("waiting for web-a-2 (")) void sshd.stop();
      },
    };
    const failed = await complaint(rollOut(rollout(reached, balancer.node, plans.bad, { before: plans.old, ...TIMES }), watched));
    expect(failed).to.match(
      /could not be put back to its old configuration: .*; it goes back by itself, at the latest \d+ s after it got the new one$/,
    );
    await reached.close();
    await goesBackTo(plans.old);
    expect(await load.stop()).to.deep.equal([]);
  });

  it("stays with what was confirmed, twice in a row", async () => {
    await roll(node(), balancer.node, plans.good, { before: plans.old, ...TIMES });
    await roll(node(), balancer.node, plans.old, { before: plans.good, ...TIMES });
    await roll(node(), balancer.node, plans.good, { before: plans.old, ...TIMES });
    const worker = await balancer.worker();
    await timersGone();
    expect(await balancer.worker()).to.equal(worker);
    expect(text()).to.equal(textOf(plans.good));
    expect(files().sort()).to.deep.equal(FINAL);
  });

  it("is no more its own master once a rollout has put it back", async () => {
    await complaint(roll(node(), balancer.node, plans.bad, { before: plans.old, ...TIMES }));
    expect(text()).to.equal(textOf(plans.old));
    const worker = await balancer.worker();
    await timersGone();
    expect(await balancer.worker()).to.equal(worker);
    expect(existsSync(path.join(balancer.node.directory, FILES.rollback))).to.equal(false);
  });

  it("has its timer stopped by the next rollout, which brings another configuration", async () => {
    await dieAfterReload();
    await roll(node(60_000), balancer.node, plans.good, { before: plans.old });
    const worker = await balancer.worker();
    await timersGone();
    expect(await balancer.worker()).to.equal(worker);
    expect(text()).to.equal(textOf(plans.good));
  });

  it("goes back to the verified one, not to the one that a dead rollout left, when the next rollout fails", async () => {
    await dieAfterReload();
    const message = await complaint(roll(node(), balancer.node, plans.bad, { before: plans.old, ...TIMES }));
    expect(message).to.match(/was put back to its old configuration, with which it serves on: not up within 1s: web-a-2 /);
    expect(await balancer.servers()).to.deep.equal(["web/web-a-1"]);
    expect(text()).to.equal(textOf(plans.old));
    await timersGone();
  });

  it("starts with the verified configuration when it, or its machine, restarts amid a trial", async () => {
    await dieAfterReload();
    await balancer.kill();
    const hostKey = { privateKey: "key", publicKey: "ssh-ed25519 AAAA" };
    const { directory } = balancer.node;
    const userData = balancerUserData({ hostKey, authorizedKeys: [], directory, maxConnections: 100, operators: [] });
    for (const [, command = ""] of userData.matchAll(/ExecStartPre=\/bin\/sh -c '(.*)'$/gm))
      execFileSync("/bin/sh", ["-c", command]);
    expect(text()).to.equal(textOf(plans.old));
    await timersGone();
    expect(text()).to.equal(textOf(plans.old));
    expect(existsSync(path.join(directory, FILES.rollback))).to.equal(false);
  });

  it("tells a rollout that comes too late that it went back", async () => {
    const reached = node();
    const one = operation();
    await reached.take(one, false);
    await reached.rollback.arm({ configuration: textOf(plans.old), state: "1\n" }, 0);
    await reached.adopt(textOf(plans.good));
    expect(await reached.reload()).to.equal(undefined);
    await goesBackTo(plans.old);
    expect(await complaint(reached.confirm("x"))).to.match(
      /^the primary balancer went back to its old configuration by itself, since the new one was not confirmed within 1 s; run `pulumi up` again$/,
    );
    await reached.close();
  });
});
