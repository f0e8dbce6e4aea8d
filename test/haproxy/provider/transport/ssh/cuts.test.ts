import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import * as path from "node:path";
import { FILES } from "../../../../../components/haproxy/configuration";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import type { Plan, ServerPlan } from "../../../../../components/model/plan";
import { HaproxyNode } from "../../../../../provider/haproxy/haproxy-node";
import type { BalancerNode } from "../../../../../provider/haproxy/node";
import { rollOut } from "../../../../../provider/rollout/roll-out";
import { ARRIVAL_PATIENCE } from "../../../../../provider/transport/ssh/arrival";
import { LOCK_PATIENCE } from "../../../../../provider/transport/ssh/lock";
import { type Patience, SshTransport } from "../../../../../provider/transport/ssh/transport";
import type { Transport } from "../../../../../provider/transport/transport";
import { scratch } from "../../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../../support/programs/sshd";
import { type Balancer, complaint, operation, planOf, roll, rollout, startBalancer, startServer } from "../../rollout/balancer";

/** Milliseconds. */
const PATIENCE: Patience = {
  arrival: { ...ARRIVAL_PATIENCE, young: 20_000, known: 20_000, pause: 10, longestPause: 50 },
  lock: { ...LOCK_PATIENCE, every: 20 },
  dial: 10_000,
  command: 10_000,
  answer: 5_000,
  grace: 60_000,
};
/** What is done by a call, in the words of the tests: `write haproxy.cfg`, `ask show stat`. */
type Listener = (what: string, work: () => Promise<unknown>) => Promise<unknown>;

/** A transport that has each thing it does done by somebody else. */
function heard(inner: Transport, listener: Listener): Transport {
  const name = (method: string, [first, second]: unknown[]): string => {
    if (method === "ask")
      return `ask ${String(second)
        .replace(/^@!\d+ /, "@ ")
        .split(" ")
        .slice(0, 2)
        .join(" ")}`;
    if (method === "run") {
      const [program = "", argument = "", , script] = first as string[];
      return program === "sh" ? `run ${script ?? ""}` : `run ${path.basename(program)} ${path.basename(argument)}`;
    }
    return typeof first === "string" ? `${method} ${path.basename(first)}` : method;
  };
  return new Proxy(inner, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof value !== "function" || ["haproxy", "take", "close"].includes(String(property))) {
        return typeof value === "function" ? (value as () => unknown).bind(target) : value;
      }
      return (...args: unknown[]) =>
        listener(name(String(property), args), () => Reflect.apply(value, target, args) as Promise<unknown>);
    },
  });
}

describe("A rollout over SSH whose connection is cut", function () {
  this.timeout(300_000);
  const made = scratch();
  let sshd: Sshd;
  let balancer: Balancer;
  let plans: readonly [Plan, Plan];
  beforeEach(async function () {
    requireSshd(this);
    [sshd, balancer] = await Promise.all([startSshd(made), startBalancer(made)]);
    const stays = await startServer(made, "one");
    plans = [
      planOf({ "web-a-1": stays, "web-a-2": await startServer(made, "two") }),
      planOf({ "web-a-1": stays, "web-a-3": await startServer(made, "three") }),
    ];
    await roll(node(), balancer.node, plans[0]);
  });

  const transport = (patience = PATIENCE): Transport => new SshTransport("the primary balancer", sshd.access, sshd.key, patience);
  const node = (listener: Listener = (_what, work) => work()): BalancerNode =>
    new HaproxyNode(balancer.node, heard(transport(), listener));
  const expectWhole = async (plan: Plan): Promise<void> => {
    const text = readFileSync(path.join(balancer.node.directory, FILES.configuration), "utf8");
    expect(text).to.equal(renderBalancer(plan, balancer.node).text);
    expect(await balancer.servers()).to.deep.equal(Object.keys(plan.pools.web?.servers ?? {}).map((server) => `web/${server}`));
    const files = readdirSync(balancer.node.directory).filter((file) => !file.endsWith(".sock"));
    expect(files.sort()).to.deep.equal(["haproxy.cfg", "haproxy.cfg.confirmed", "haproxy.cfg.previous", "server-state"]);
  };

  /** Asks the site again and again until it is told to stop; how many answers there were, and what went wrong. */
  const load = () => {
    const seen = { answers: 0, failures: [] as string[], over: false };
    const going = (async () => {
      while (!seen.over) {
        await balancer.get().then(
          ({ status, body }) => (status === 200 ? seen.answers++ : seen.failures.push(`${status} ${body}`)),
          (error: unknown) => seen.failures.push(String((error as Error).cause ?? error)),
        );
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    return async () => {
      seen.over = true;
      await going;
      return seen;
    };
  };

  it("at any step, with the machine out of reach for a while, serves on, and a rerun converges", async () => {
    const steps: string[] = [];
    await roll(
      node((what, work) => {
        if (!steps.includes(what)) steps.push(what);
        return work();
      }),
      balancer.node,
      plans[1],
      { before: plans[0] },
    );
    expect(steps).to.include.members(["run haproxy -c", "write haproxy.cfg", "ask reload", "ask show stat", "answerTo"]);

    const stop = load();
    let [next, last] = plans;
    for (const step of steps) {
      // A thing that only looks is the same to the node before and after.
      const looks = /^(clock|read|ask show|requireTaken|run haproxy)/.test(step);
      for (const moment of looks ? ["before it"] : ["before it", "after it"]) {
        let cut: Promise<unknown> | undefined;
        const cutting: Listener = async (what, work) => {
          if (what !== step || cut !== undefined) return work();
          if (moment === "before it") return (cut = sshd.stop()).then(work);
          // Its answer is lost on the way: it has happened, but nobody knows.
          await work();
          await (cut = sshd.stop());
          throw new Error("the connection was cut");
        };
        const failed = await roll(node(cutting), balancer.node, next, { before: last }).then(
          () => undefined,
          (error: unknown) => (error as Error).message,
        );
        expect(cut, `${step} came`).to.not.equal(undefined);
        expect(failed, `${moment}, ${step}`).to.be.a("string");
        expect((await balancer.get()).status, `${moment}, ${step}`).to.equal(200);
        await sshd.start();
        await roll(node(), balancer.node, next, { before: last });
        await expectWhole(next);
        [next, last] = [last, next];
      }
    }
    const { answers, failures } = await stop();
    expect(failures).to.deep.equal([]);
    expect(answers).to.be.greaterThan(steps.length);
  });

  it("for a moment only goes back to its old configuration over a new connection", async () => {
    for (const step of ["write haproxy.cfg", "ask reload", "ask show stat"]) {
      let cut = false;
      const cutting: Listener = (what, work) => {
        if (what !== step || cut) return work();
        cut = true;
        const underway = work();
        sshd.cut();
        return underway;
      };
      expect(await complaint(roll(node(cutting), balancer.node, plans[1], { before: plans[0] })), step).to.match(
        /^the primary balancer was put back to its old configuration, with which it serves on: the primary balancer: \S+: the connection was cut/,
      );
      expect(await balancer.servers(), step).to.deep.equal(["web/web-a-1", "web/web-a-2"]);
    }
    await roll(node(), balancer.node, plans[1], { before: plans[0] });
    await expectWhole(plans[1]);
  });

  it("never leaves a part of a file", async () => {
    const reached = transport();
    const file = path.join(balancer.node.directory, "long");
    await reached.write(file, "old");
    const underway = complaint(reached.write(file, "x".repeat(50_000_000)));
    // It is being written: its temporary file is there.
    while (readdirSync(balancer.node.directory).filter((name) => name.startsWith("long.")).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 1));
    sshd.cut();
    expect(await underway).to.match(/^the primary balancer: \S+: the connection was cut; `pulumi up` goes on from here$/);
    while (readdirSync(balancer.node.directory).some((name) => name.startsWith("long.")))
      await new Promise((resolve) => setTimeout(resolve, 1));
    expect(readFileSync(file, "utf8")).to.equal("old");
    await reached.close();
  });

  it("by an SSH server that hangs ends when its time is over, and serves on", async () => {
    const impatient = transport({ ...PATIENCE, dial: 300, command: 300 });
    const hanging = new HaproxyNode(
      balancer.node,
      heard(impatient, (what, work) => {
        if (what === "write haproxy.cfg") sshd.freeze();
        return work();
      }),
    );
    const message = await complaint(roll(hanging, balancer.node, plans[1], { before: plans[0] }));
    expect(message).to.match(
      /^the primary balancer: \S+: no answer to a command in 300 ms; `pulumi up` goes on from here; and the primary /,
    );
    expect(message).to.match(
      / could not be put back to its old configuration: the primary balancer: \S+: no answer.* look whether the machine runs/,
    );
    expect((await balancer.get()).status).to.equal(200);
    sshd.thaw();
    await roll(node(), balancer.node, plans[1], { before: plans[0] });
    await expectWhole(plans[1]);
  });

  it("is not one of two at once: the second waits for the first", async () => {
    let status = 503;
    const server = createServer((_request, response) => void response.writeHead(status, { connection: "close" }).end("late"));
    const late: ServerPlan = { dataCenter: "a", address: "127.0.0.1", port: await made.listen(server) };
    const first = planOf({ ...plans[0].pools.web?.servers, "web-a-9": late });
    const reloads: string[] = [];
    const noting =
      (who: string): Listener =>
      async (what, work) => {
        if (what !== "ask reload") return work();
        reloads.push(`${who} begins`);
        return work().finally(() => reloads.push(`${who} ends`));
      };
    const [one, two] = [node(noting("first")), node(noting("second"))];
    let began: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (began = resolve));
    const told = operation();
    const watch = (then: (message: string) => void) => ({ ...operation(), status: then });

    const firstOperation = watch((message) => message.startsWith("waiting for web-a-9 (") && began());
    await one.take(firstOperation, false);
    const firstDone = rollOut(rollout(one, balancer.node, first, { before: plans[0] }), firstOperation).finally(() =>
      one.close(),
    );
    await waiting;
    await two.take(
      watch((message) => {
        told.status(message);
        // Only now the first can be done.
        status = 200;
      }),
      false,
    );
    await firstDone;
    await rollOut(rollout(two, balancer.node, plans[1], { before: first }), told).finally(() => two.close());
    expect(told.shown[0]).to.match(/^waiting for another run on the primary balancer: /);
    expect(reloads).to.deep.equal(["first begins", "first ends", "second begins", "second ends"]);
    await expectWhole(plans[1]);
  });

  it("does not reload when another run has taken the node over meanwhile", async () => {
    const taking: Listener = (what, work) => {
      if (what === "run haproxy -c") writeFileSync(path.join(balancer.node.directory, "rollout.lock"), "another run's");
      return work();
    };
    const worker = await balancer.worker();
    expect(await complaint(roll(node(taking), balancer.node, plans[1], { before: plans[0] }))).to.include(
      "the primary balancer: another run took it over",
    );
    expect(await balancer.worker()).to.equal(worker);
  });
});
