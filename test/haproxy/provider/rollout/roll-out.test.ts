import { expect } from "chai";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { FILES } from "../../../../components/haproxy/configuration";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import type { ServerPlan } from "../../../../components/model/plan";
import { HaproxyNode } from "../../../../provider/haproxy/haproxy-node";
import { LocalTransport } from "../../../../provider/transport/local-transport";
import type { BalancerNode } from "../../../../provider/haproxy/node";
import { rollOut } from "../../../../provider/rollout/roll-out";
import { SshTransport } from "../../../../provider/transport/ssh/transport";
import type { Transport } from "../../../../provider/transport/transport";
import { scratch } from "../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../support/programs/sshd";
import { type Balancer, complaint, operation, planOf, roll, rollout, startBalancer, startServer } from "./balancer";

const TRANSPORTS = ["this machine", "SSH"] as const;

for (const way of TRANSPORTS) {
  describe(`A rollout over ${way}`, function () {
    this.timeout(30_000);
    const made = scratch();
    let balancer: Balancer;
    let sshd: Sshd | undefined;
    let servers: { readonly "web-a-1": ServerPlan; readonly "web-a-2": ServerPlan };

    beforeEach(async function () {
      if (way === "SSH") requireSshd(this);
      sshd = way === "SSH" ? await startSshd(made) : undefined;
      balancer = await startBalancer(made);
      servers = { "web-a-1": await startServer(made, "one"), "web-a-2": await startServer(made, "two") };
    });

    const transport = (): Transport =>
      sshd === undefined ? new LocalTransport() : new SshTransport("the primary balancer", sshd.access, sshd.key);
    const node = (): BalancerNode => new HaproxyNode(balancer.node, transport());
    const only = (...names: (keyof typeof servers)[]) => planOf(Object.fromEntries(names.map((name) => [name, servers[name]])));
    const text = (file: string): string => readFileSync(path.join(balancer.node.directory, file), "utf8");

    it("brings the first configuration, and leaves it alone the next time", async () => {
      const plan = only("web-a-1");
      await roll(node(), balancer.node, plan);
      expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
      expect(text(FILES.configuration)).to.equal(renderBalancer(plan, balancer.node).text);
      const worker = await balancer.worker();
      expect(await roll(node(), balancer.node, plan, { before: plan })).to.deep.equal([]);
      expect(await balancer.worker()).to.equal(worker);
    });

    it("leaves nothing beside its files, which only their user can read", async () => {
      await roll(node(), balancer.node, only("web-a-1"));
      const files = readdirSync(balancer.node.directory).filter((file) => !file.endsWith(".sock"));
      expect(files.sort()).to.deep.equal(["haproxy.cfg", "haproxy.cfg.confirmed", "haproxy.cfg.previous", "server-state"]);
      for (const file of files) expect(statSync(path.join(balancer.node.directory, file)).mode & 0o077, file).to.equal(0);
    });

    it("adds a server once it is up, and removes one once it has answered", async () => {
      await roll(node(), balancer.node, only("web-a-1"));
      await roll(node(), balancer.node, only("web-a-1", "web-a-2"), { before: only("web-a-1") });
      expect(await balancer.servers()).to.deep.equal(["web/web-a-1", "web/web-a-2"]);
      await roll(node(), balancer.node, only("web-a-2"), { before: only("web-a-1", "web-a-2") });
      expect(await balancer.servers()).to.deep.equal(["web/web-a-2"]);
      expect(await balancer.get()).to.deep.equal({ status: 200, body: "two" });
    });

    it("tells HAProxy's complaint, and touches nothing", async () => {
      await roll(node(), balancer.node, only("web-a-1"));
      const [before, worker] = [text(FILES.configuration), await balancer.worker()];
      const plan = only("web-a-1", "web-a-2");
      const configuration = { text: `${renderBalancer(plan, balancer.node).text}nonsense here\n`, description: "x" };
      expect(await complaint(roll(node(), balancer.node, plan, { configuration }))).to.match(
        /^HAProxy refuses the new configuration of the primary balancer, which serves on with the old one: .*\[haproxy\.cfg:\d+\].*'nonsense'/,
      );
      expect(text(FILES.configuration)).to.equal(before);
      expect(await balancer.worker()).to.equal(worker);
    });

    it("touches nothing when the first server of a pool does not pass its health check", async () => {
      const down = await startServer(made, "down", 503);
      const worker = await balancer.worker();
      const message = await complaint(roll(node(), balancer.node, planOf({ "web-a-1": down }), { healthyWithin: "300ms" }));
      expect(message).to.equal(
        `the primary balancer serves on unchanged: web-a-1 does not pass its health check within 300ms: GET http://127.0.0.1:${down.port}/healthz answered 503`,
      );
      expect(await balancer.worker()).to.equal(worker);
    });

    it("tells that nobody listens where a server should", async () => {
      const nobody = { dataCenter: "a", address: "127.0.0.1", port: 1 };
      expect(await complaint(roll(node(), balancer.node, planOf({ "web-a-1": nobody }), { healthyWithin: "300ms" }))).to.include(
        "GET http://127.0.0.1:1/healthz: connection refused",
      );
    });

    it("tells of a server that accepts connections and says nothing", async () => {
      const silent = { dataCenter: "a", address: "127.0.0.1", port: await made.silence() };
      expect(await complaint(roll(node(), balancer.node, planOf({ "web-a-1": silent }), { healthyWithin: "300ms" }))).to.include(
        `GET http://127.0.0.1:${silent.port}/healthz: no answer in 2000 ms`,
      );
    });

    it("puts the old configuration back when a new server does not come up", async () => {
      const old = only("web-a-1");
      await roll(node(), balancer.node, old);
      const plan = planOf({ ...old.pools.web?.servers, "web-a-2": await startServer(made, "down", 503) });
      expect(await complaint(roll(node(), balancer.node, plan, { before: old, healthyWithin: "500ms" }))).to.match(
        /^the primary balancer was put back to its old configuration, with which it serves on: not up within 500ms: web-a-2 /,
      );
      expect(await balancer.servers()).to.deep.equal(["web/web-a-1"]);
      expect(text(FILES.configuration)).to.equal(renderBalancer(old, balancer.node).text);
      expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
    });

    it("puts the old configuration back when a route leads to another pool than planned", async () => {
      const old = only("web-a-1");
      await roll(node(), balancer.node, old);
      const pools = {
        ...only("web-a-1", "web-a-2").pools,
        beta: planOf({ "beta-a-1": servers["web-a-2"] }).pools.web,
      };
      const plan = {
        ...old,
        pools: pools as typeof old.pools,
        routes: [{ pool: "beta", cookie: { beta: "1" } }, { pool: "web" }],
      };
      const swapped = { ...plan, routes: [{ pool: "web", cookie: { beta: "1" } }, { pool: "beta" }] };
      const configuration = renderBalancer(swapped, balancer.node);
      expect(await complaint(roll(node(), balancer.node, plan, { before: old, configuration }))).to.match(
        / with cookie beta=1 goes to the pool web, not to beta as planned$/,
      );
      expect(await balancer.servers()).to.deep.equal(["web/web-a-1"]);
      await roll(node(), balancer.node, plan, { before: old });
      expect(await balancer.servers()).to.have.members(["beta/beta-a-1", "web/web-a-1", "web/web-a-2"]);
    });

    it("puts the old configuration back when it is interrupted", async () => {
      const old = only("web-a-1");
      await roll(node(), balancer.node, old);
      const plan = planOf({ ...old.pools.web?.servers, "web-a-2": await startServer(made, "down", 503) });
      const interruption = new AbortController();
      const one = operation(interruption.signal);
      const reached = node();
      await reached.take(one, false);
      const watched = {
        ...one,
        status: (message: string) => {
          if (message.startsWith("waiting for web-a-2 (")) interruption.abort();
        },
      };
      expect(await complaint(rollOut(rollout(reached, balancer.node, plan, { before: old }), watched))).to.equal(
        "the primary balancer was put back to its old configuration, with which it serves on: interrupted",
      );
      await reached.close();
      expect(await balancer.servers()).to.deep.equal(["web/web-a-1"]);
    });

    it("goes back to what was running when a run before it was cut off between the file and the reload", async () => {
      const old = only("web-a-1");
      await roll(node(), balancer.node, old);
      const plan = planOf({ ...old.pools.web?.servers, "web-a-2": await startServer(made, "down", 503) });
      const cutOff = node();
      await cutOff.take(operation(), false);
      await cutOff.adopt(renderBalancer(plan, balancer.node).text);
      await cutOff.close();
      await complaint(roll(node(), balancer.node, plan, { before: old, healthyWithin: "500ms" }));
      expect(await balancer.servers()).to.deep.equal(["web/web-a-1"]);
      expect(text(FILES.configuration)).to.equal(renderBalancer(old, balancer.node).text);
    });

    it("asks an HAProxy that knows no reload by command by signal", async () => {
      const inner = transport();
      const old = Object.assign(Object.create(inner) as Transport, {
        ask: async (socket: string, command: string) => {
          if (command === "reload") expect.fail("HAProxy 2.6 knows no such command");
          const answer = await inner.ask(socket, command);
          return command === "show info" ? answer.replace(/^Version: .*$/m, "Version: 2.6.12-1+deb12u1") : answer;
        },
      });
      await roll(new HaproxyNode(balancer.node, old), balancer.node, only("web-a-1"));
      expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
    });

    it("waits for the master of an HAProxy that has only just started", async () => {
      const inner = transport();
      let early = 2;
      const young = Object.assign(Object.create(inner) as Transport, {
        ask: async (socket: string, command: string) => {
          if (socket.endsWith(FILES.master) && early-- > 0) throw new Error(`${socket}: HAProxy does not run`);
          return inner.ask(socket, command);
        },
      });
      await roll(new HaproxyNode(balancer.node, young), balancer.node, only("web-a-1"));
      expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
      expect(early).to.be.lessThan(0);
    });

    it("finds a listener of all addresses", async () => {
      const everywhere = { ...balancer.node, site: { ...balancer.node.site, address: "0.0.0.0" } };
      await roll(new HaproxyNode(everywhere, transport()), everywhere, only("web-a-1"));
      expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
    });

    it("says that HAProxy does not run, and what to do", async () => {
      await balancer.kill();
      const advice =
        way === "SSH"
          ? "look at `systemctl status evenkeel-balancer` on its machine, which starts HAProxy again when it ends by itself"
          : "`pulumi up --refresh` starts it again";
      expect(await complaint(roll(node(), balancer.node, only("web-a-1")))).to.equal(
        `the primary balancer: ${path.join(balancer.node.directory, FILES.admin)}: HAProxy does not run; ${advice}`,
      );
    });

    it("has texts unharmed, whatever is in them, and however long they are", async () => {
      const reached = transport();
      const file = path.join(balancer.node.directory, 'it\'s a "file" $(with) `signs`');
      const long = "é'\"$`\\\n\0".repeat(100_000);
      for (const some of ["", "no end of line", '\'; rm -rf "$HOME"\n', long]) {
        await reached.write(file, some);
        expect((await reached.read(file)) === some).to.equal(true);
        expect(readFileSync(file, "utf8") === some).to.equal(true);
      }
      await reached.remove(file);
      await reached.remove(file);
      expect(await reached.read(file)).to.equal(undefined);
      const said = await reached.run(["sh", "-c", 'printf "%s|" "$@"; echo oops >&2; exit 3', "sh", "a b", "it's", "$HOME"]);
      expect(said).to.deep.equal({ code: 3, stdout: "a b|it's|$HOME|", stderr: "oops\n" });
      await reached.close();
    });

    it("says why a file can't be written", async () => {
      const reached = transport();
      writeFileSync(path.join(balancer.node.directory, "plain"), "");
      const message = await Promise.resolve()
        .then(() => reached.write(path.join(balancer.node.directory, "plain", "file"), "x"))
        .then(
          () => expect.fail("it was written"),
          (error: unknown) => (error as Error).message,
        );
      expect(message).to.match(/not a directory|directory nonexistent/i);
      await reached.close();
    });
  });
}
