import * as http from "node:http";
import { expect } from "chai";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { seedServerState, type ServerState } from "../../../../components/haproxy/server-state";
import { httpCheck } from "../../../../components/model/health-checks/health-check";
import type { Plan } from "../../../../components/model/plan";
import { choosePorts } from "../../../../provider/process/ports";
import { type RunningHaproxy, startHaproxy } from "../../../support/programs/haproxy-process";
import { sampleNode, samplePlan, samplePool, servers } from "../../../support/sites/sample-plan";
import { scratch } from "../../../support/scratch";

describe("A real HAProxy that starts on a seeded file", function () {
  this.timeout(20_000);
  const made = scratch();

  /** A web server whose health check hangs, so that nothing but the file says whether it gets requests; it tells its name. */
  async function webServer(name: string): Promise<number> {
    return made.listen(
      http.createServer((request, response) => {
        if (request.url !== "/healthz") response.end(name);
      }),
    );
  }

  /** A plan of these servers. A check is made so seldom that those that hang do so for longer than any test. */
  const planOf = (ports: Readonly<Record<string, number>>, interval = "5m"): Plan =>
    samplePlan({
      web: samplePool({
        healthCheck: httpCheck("/healthz", { interval, timeout: "5s" }),
        slowStart: "0s",
        servers: servers("a", ports),
      }),
    });

  async function start(
    plan: Plan,
    state?: string,
    directory = made.directory(),
  ): Promise<{ haproxy: RunningHaproxy; url: string }> {
    const { site = 0, health = 0 } = await choosePorts({ site: {}, health: {} }, new Set());
    const node = sampleNode({
      directory,
      frontSocket: `${directory}/front.sock`,
      site: { address: "127.0.0.1", port: site },
      health: { address: "127.0.0.1", port: health },
    });
    const haproxy = await startHaproxy(made, directory, renderBalancer(plan, node).text, state);
    return { haproxy, url: `http://127.0.0.1:${site}/` };
  }

  /** The names of the servers that answered some requests. */
  async function answering(url: string): Promise<string[]> {
    const names = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const answer = await fetch(url, { headers: { connection: "close" } });
        return answer.ok ? answer.text() : String(answer.status);
      }),
    );
    return [...new Set(names)].sort();
  }

  /** What a running balancer says of these servers, all up. */
  async function running(ports: Readonly<Record<string, number>>): Promise<readonly ServerState[]> {
    const { haproxy } = await start(planOf(ports), seedServerState(planOf(ports), [], new Set(Object.keys(ports))));
    const { servers: states } = await haproxy.states();
    await haproxy.kill();
    expect(states.every((state) => state.running)).to.equal(true);
    return states;
  }

  it("sends requests to the server that it had, none to the new one and none to the one that moved", async () => {
    const [kept, moved, fresh] = [await webServer("kept"), await webServer("moved"), await webServer("fresh")];
    const before = await running({ "web-a-1": kept, "web-a-2": await made.silence() });

    const after = planOf({ "web-a-1": kept, "web-a-2": moved, "web-a-3": fresh });
    const { haproxy, url } = await start(after, seedServerState(after, before));
    expect(await haproxy.statuses()).to.deep.equal({
      "web/web-a-1": "UP",
      "web/web-a-2": "DOWN",
      "web/web-a-3": "DOWN",
      "web.checked/web-a-1": "UP",
      "web.checked/web-a-2": "DOWN",
      "web.checked/web-a-3": "DOWN",
    });
    // It knows the moved one where it stands now, not where the old line had it.
    const ports = (await haproxy.states()).servers.map(({ server, port }) => [server, port]);
    expect(ports.slice(0, 3)).to.deep.equal([
      ["web-a-1", kept],
      ["web-a-2", moved],
      ["web-a-3", fresh],
    ]);
    expect(await answering(url)).to.deep.equal(["kept"]);
  });

  it("would send requests to a new server at once without its line, which is what the file is for", async () => {
    const [kept, fresh] = [await webServer("kept"), await webServer("fresh")];
    const { haproxy, url } = await start(planOf({ "web-a-1": kept, "web-a-2": fresh }));
    expect((await haproxy.states()).servers.every(({ running: up }) => up)).to.equal(true);
    expect(await answering(url)).to.deep.equal(["fresh", "kept"]);
  });

  it("would look for a server that moved at its old place if it had its old line, which is why it gets a new one", async () => {
    const [old, now] = [await webServer("old"), await webServer("now")];
    const before = await running({ "web-a-1": old });
    const { url } = await start(planOf({ "web-a-1": now }), `1\n# be_id be_name\n${before.map(({ line }) => line).join("\n")}\n`);
    expect(await answering(url)).to.deep.equal(["old"]);
  });

  it("sends requests to proven servers at once", async () => {
    const plan = planOf({ "web-a-1": await webServer("one"), "web-a-2": await webServer("two") });
    const { haproxy, url } = await start(plan, seedServerState(plan, [], new Set(["web-a-1", "web-a-2"])));
    expect(new Set(Object.values(await haproxy.statuses()))).to.deep.equal(new Set(["UP"]));
    expect(await answering(url)).to.deep.equal(["one", "two"]);
  });

  it("answers 503 for a pool of nothing but new servers that nobody has proven", async () => {
    const plan = planOf({ "web-a-1": await webServer("one") });
    const { url } = await start(plan, seedServerState(plan, []));
    expect(await answering(url)).to.deep.equal(["503"]);
  });

  it("starts after a crash as it was, when its state was written down", async () => {
    const [kept, fresh] = [await webServer("kept"), await webServer("fresh")];
    const plan = planOf({ "web-a-1": kept, "web-a-2": fresh });
    const directory = made.directory();
    const first = await start(plan, seedServerState(plan, await running({ "web-a-1": kept })), directory);
    const { text } = await first.haproxy.states();
    await first.haproxy.kill();

    const { haproxy, url } = await start(plan, text, directory);
    expect(await haproxy.statuses()).to.include({ "web/web-a-1": "UP", "web/web-a-2": "DOWN" });
    expect(await answering(url)).to.deep.equal(["kept"]);
  });

  it("takes a drained server in again, and one in maintenance once its check passes", async () => {
    const fit = async (name: string) => made.listen(http.createServer((_, response) => response.end(name)));
    const ports = { "web-a-1": await fit("drained"), "web-a-2": await fit("maintained") };
    const first = await start(planOf(ports), seedServerState(planOf(ports), [], new Set(Object.keys(ports))));
    await first.haproxy.ask("set server web/web-a-1 state drain");
    await first.haproxy.ask("set server web/web-a-2 state maint");
    expect(await first.haproxy.statuses()).to.include({ "web/web-a-1": "DRAIN", "web/web-a-2": "MAINT" });
    const { servers: before } = await first.haproxy.states();
    await first.haproxy.kill();

    const quick = planOf(ports, "100ms");
    const { haproxy, url } = await start(quick, seedServerState(quick, before));
    await haproxy.becomes((statuses) => statuses["web/web-a-1"] === "UP" && statuses["web/web-a-2"] === "UP");
    expect(await answering(url)).to.deep.equal(["drained", "maintained"]);
  });

  it("lets a new server in after its good checks, and not before", async () => {
    const kept = await webServer("kept");
    let fit = false;
    const seen: boolean[] = [];
    const fresh = await made.listen(
      http.createServer((request, response) => {
        if (request.url !== "/healthz") seen.push(fit);
        response.writeHead(fit ? 200 : 503).end("fresh");
      }),
    );
    const before = await running({ "web-a-1": kept });
    const plan = samplePlan({
      web: samplePool({
        healthCheck: httpCheck("/healthz", { interval: "100ms", timeout: "5s", fall: 10 }),
        slowStart: "0s",
        servers: servers("a", { "web-a-1": kept, "web-a-2": fresh }),
      }),
    });
    const { haproxy, url } = await start(plan, seedServerState(plan, before));
    const isUp = (statuses: Record<string, string>) =>
      statuses["web/web-a-2"] === "UP" && statuses["web.checked/web-a-2"] === "UP";
    expect(await answering(url)).to.deep.equal(["kept"]);
    fit = true;
    await haproxy.becomes(isUp);
    expect(await answering(url)).to.include("fresh");
    expect(seen).not.to.include(false);
  });
});
