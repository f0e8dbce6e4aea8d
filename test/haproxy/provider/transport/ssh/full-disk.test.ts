import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { FILES } from "../../../../../components/haproxy/configuration";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import type { Plan } from "../../../../../components/model/plan";
import { HaproxyNode } from "../../../../../provider/haproxy/haproxy-node";
import { type BalancerNode } from "../../../../../provider/haproxy/node";
import { NodeTrouble } from "../../../../../provider/transport/node-trouble";
import { rollOut } from "../../../../../provider/rollout/roll-out";
import { PATIENCE, SshTransport } from "../../../../../provider/transport/ssh/transport";
import { until } from "../../../../../provider/wait";
import { scratch } from "../../../../support/scratch";
import { type SmallDisk, smallDisk } from "../../../../support/programs/small-disk";
import { requireSshd, type Sshd, startSshd } from "../../../../support/programs/sshd";
import { type Balancer, complaint, operation, planOf, roll, rollout, startBalancer, startServer } from "../../rollout/balancer";

describe("A balancer on another machine whose disk is full", function () {
  this.timeout(90_000);
  const made = scratch();
  let disk: SmallDisk;
  let sshd: Sshd;
  let balancer: Balancer;
  let plans: { readonly old: Plan; readonly good: Plan; readonly bad: Plan };
  beforeEach(async function () {
    requireSshd(this);
    disk = await smallDisk(this, made);
    [sshd, balancer] = await Promise.all([startSshd(made, [], disk.enter), startBalancer(made, disk)]);
    const one = await startServer(made, "one");
    plans = {
      old: planOf({ "web-a-1": one }),
      good: planOf({ "web-a-1": one, "web-a-2": await startServer(made, "two") }),
      bad: planOf({ "web-a-1": one, "web-a-2": await startServer(made, "down", 503) }),
    };
    await roll(node(), balancer.node, plans.old);
  });

  const node = (): BalancerNode =>
    new HaproxyNode(balancer.node, new SshTransport("the primary balancer", sshd.access, sshd.key, { ...PATIENCE, grace: 500 }));
  const text = (): string => readFileSync(path.join(disk.here, FILES.configuration), "utf8");
  const files = (): string[] => readdirSync(disk.here).filter((file) => !file.endsWith(".sock") && file !== "filler");

  it("is told apart, serves on, and gets its rollout when there is space again", async () => {
    const before = files();
    disk.fill();
    const error: unknown = await roll(node(), balancer.node, plans.good, { before: plans.old }).then(
      () => expect.fail("it succeeded"),
      (reason: unknown) => reason,
    );
    expect((error as Error).message).to.match(
      new RegExp(
        `^the primary balancer: [^:]+: its disk is full: 0 bytes free in ${disk.directory}; free some space on its machine`,
      ),
    );
    expect(error).to.be.instanceOf(NodeTrouble).and.to.have.property("state", "its disk is full");
    expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
    expect(await balancer.servers()).to.deep.equal(["web/web-a-1"]);
    expect(files()).to.deep.equal(before);

    disk.free();
    await roll(node(), balancer.node, plans.good, { before: plans.old });
    expect(await balancer.servers()).to.deep.equal(["web/web-a-1", "web/web-a-2"]);
    expect(text()).to.equal(renderBalancer(plans.good, balancer.node).text);
    expect(files().sort()).to.deep.equal(["haproxy.cfg", "haproxy.cfg.confirmed", "haproxy.cfg.previous", "server-state"]);
  });

  it("goes back by itself when the disk fills amid a rollout, which needs no space", async () => {
    const one = operation();
    const reached = node();
    await reached.take(one, false);
    const watched = {
      ...one,
      status(message: string) {
        if (message.startsWith("waiting for web-a-2 (")) disk.fill();
      },
    };
    const changes = { before: plans.old, healthyWithin: "1s", drainWithin: "100ms" };
    expect(await complaint(rollOut(rollout(reached, balancer.node, plans.bad, changes), watched))).to.match(
      /could not be put back to its old configuration: .*its disk is full: 0 bytes free .*; it goes back by itself, at the latest \d+ s after/,
    );
    await reached.close();
    const back = await until(async () => ((await balancer.servers()).join() === "web/web-a-1" ? true : undefined), 60_000);
    expect(back, "it has gone back").to.equal(true);
    expect(text()).to.equal(renderBalancer(plans.old, balancer.node).text);
    expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });

    disk.free();
    await roll(node(), balancer.node, plans.good, { before: plans.old });
    expect(await balancer.servers()).to.deep.equal(["web/web-a-1", "web/web-a-2"]);
  });
});
