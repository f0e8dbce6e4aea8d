import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { isSameAddress, parseServerStates, seedServerState, type ServerState } from "../../../../components/haproxy/server-state";
import { httpCheck } from "../../../../components/model/health-checks/health-check";
import type { ServerPlan, Plan } from "../../../../components/model/plan";
import { choosePorts } from "../../../../provider/process/ports";
import { type RunningHaproxy, startHaproxy } from "../../../support/programs/haproxy-process";
import { sampleNode, samplePlan, samplePool, servers } from "../../../support/sites/sample-plan";
import { scratch } from "../../../support/scratch";

/** The answer of an HAProxy 2.8 with a good server, one that is down, a drained one, and one in maintenance that was down before. */
const TEXT = readFileSync(path.join(__dirname, "golden/servers-state.txt"), "utf8");
const STATES = parseServerStates(TEXT);
/** The plan that it ran. */
const PLAN = samplePlan({
  web: samplePool({
    servers: {
      ...servers("a", { "web-a-1": 20_011, "web-a-2": 20_012 }),
      ...servers("b", { "web-b-1": 20_013, "web-b-2": 20_014 }),
    },
  }),
});

/** What a seeded file says: `web/web-a-1 127.0.0.1:20011 running`. */
function told(seeded: string): string[] {
  return parseServerStates(seeded).map(
    ({ backend, server, address, port, running, forced }) =>
      `${backend}/${server} ${address}:${port} ${running ? "running" : "stopped"}${forced ? " forced" : ""}`,
  );
}

describe("The state of servers", () => {
  it("is read from what HAProxy says", () => {
    expect(told(TEXT)).to.deep.equal([
      "web/web-a-1 127.0.0.1:20011 running",
      "web/web-a-2 127.0.0.1:20012 stopped",
      "web/web-b-1 127.0.0.1:20013 running forced",
      "web/web-b-2 127.0.0.1:20014 stopped forced",
      "web.checked/web-a-1 127.0.0.1:20011 running",
      "web.checked/web-a-2 127.0.0.1:20012 stopped",
      "web.checked/web-b-1 127.0.0.1:20013 running",
      "web.checked/web-b-2 127.0.0.1:20014 stopped",
    ]);
    expect(STATES.map(({ line }) => line)).to.deep.equal(TEXT.trimEnd().split("\n").slice(2));
  });

  it("is none where there is no line of a server", () => {
    for (const text of ["", "1\n", TEXT.split("\n").slice(0, 2).join("\n"), "Can't find backend.\n"]) {
      expect(parseServerStates(text)).to.deep.equal([]);
    }
  });

  it("is of the same server only at the same address and port", () => {
    const state = { address: "127.0.0.1", port: 20_011 };
    const server: ServerPlan = { dataCenter: "a", address: "127.0.0.1", port: 20_011 };
    expect(isSameAddress(state, server)).to.equal(true);
    const elsewhere: ServerPlan = { ...server, dataCenter: "b" };
    expect(isSameAddress(state, elsewhere)).to.equal(true);
    expect(isSameAddress(state, { ...server, port: 20_012 })).to.equal(false);
    expect(isSameAddress(state, { ...server, address: "127.0.0.2" })).to.equal(false);
  });
});

describe("A seeded server-state file", () => {
  const { web } = PLAN.pools as { web: Plan["pools"][string] };
  const withServers = (more: Plan["pools"][string]["servers"]): Plan => samplePlan({ web: { ...web, servers: more } });

  it("keeps the line of every server that stays where it is, up or down", () => {
    const kept = withServers(servers("a", { "web-a-1": 20_011, "web-a-2": 20_012 }));
    const lines = seedServerState(kept, STATES).split("\n");
    expect(lines.slice(0, 2)).to.deep.equal(TEXT.split("\n").slice(0, 2));
    expect(lines.slice(2)).to.deep.equal([
      ...STATES.filter(({ server }) => server.startsWith("web-a-")).map(({ line }) => line),
      "",
    ]);
  });

  it("takes drain and maintenance back, which an interrupted rollout may have left", () => {
    expect(told(seedServerState(PLAN, STATES))).to.deep.equal([
      "web/web-a-1 127.0.0.1:20011 running",
      "web/web-a-2 127.0.0.1:20012 stopped",
      "web/web-b-1 127.0.0.1:20013 running",
      "web/web-b-2 127.0.0.1:20014 stopped",
      "web.checked/web-a-1 127.0.0.1:20011 running",
      "web.checked/web-a-2 127.0.0.1:20012 stopped",
      "web.checked/web-b-1 127.0.0.1:20013 running",
      "web.checked/web-b-2 127.0.0.1:20014 stopped",
    ]);
  });

  it("has a new server, and one that moved, stopped in both backends, and a removed one not at all", () => {
    const after = withServers({
      ...servers("a", { "web-a-1": 20_019, "web-a-3": 20_015 }),
      ...servers("b", { "web-b-1": 20_013 }),
    });
    expect(told(seedServerState(after, STATES))).to.deep.equal(
      ["web", "web.checked"].flatMap((backend) => [
        `${backend}/web-a-1 127.0.0.1:20019 stopped`,
        `${backend}/web-a-3 127.0.0.1:20015 stopped`,
        `${backend}/web-b-1 127.0.0.1:20013 running`,
      ]),
    );
  });

  it("says of TLS what the configuration does, also of a server that it knew otherwise", () => {
    const ssl = (plan: Plan, now: readonly ServerState[]): (string | undefined)[] =>
      seedServerState(plan, now)
        .split("\n")
        .slice(2, -1)
        .map((line) => line.split(" ")[20]);
    const server: ServerPlan = { dataCenter: "a", address: "127.0.0.1", port: 20_011 };
    const plain = withServers({ "web-a-1": server });
    const tls = withServers({ "web-a-1": { ...server, certifiedName: "one.example" } });
    expect(ssl(tls, [])).to.deep.equal(["1", "1"]);
    expect(ssl(plain, [])).to.deep.equal(["0", "0"]);
    const known = parseServerStates(seedServerState(plain, []));
    expect(ssl(tls, known)).to.deep.equal(["1", "1"]);
    expect(ssl(plain, parseServerStates(seedServerState(tls, [])))).to.deep.equal(["0", "0"]);
  });

  it("has new servers that were proven running, and any other stopped", () => {
    const plan = samplePlan({
      api: samplePool({ servers: servers("a", { "api-a-1": 20_021 }) }),
      beta: samplePool({ servers: servers("a", { "beta-a-1": 20_031 }) }),
    });
    expect(told(seedServerState(plan, [], new Set(["api-a-1"])))).to.deep.equal([
      "api/api-a-1 127.0.0.1:20021 running",
      "api.checked/api-a-1 127.0.0.1:20021 running",
      "beta/beta-a-1 127.0.0.1:20031 stopped",
      "beta.checked/beta-a-1 127.0.0.1:20031 stopped",
    ]);
  });

  it("has a server that was down stay down beside a proven one", () => {
    const plan = withServers(servers("a", { "web-a-2": 20_012, "web-a-3": 20_015 }));
    expect(told(seedServerState(plan, STATES, new Set(["web-a-3"]))).slice(0, 2)).to.deep.equal([
      "web/web-a-2 127.0.0.1:20012 stopped",
      "web/web-a-3 127.0.0.1:20015 running",
    ]);
  });

  it("says of each server exactly what was known of it at this very place, and stopped where nothing was", () => {
    const port = fc.integer({ min: 1, max: 3 });
    const ports = fc.dictionary(fc.constantFrom("web-a-1", "web-a-2", "web-a-3", "web-b-1"), port, { noNullPrototype: true });
    fc.assert(
      fc.property(ports, ports, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (before, after, up) => {
        let nth = 0;
        const now = parseServerStates(seedServerState(withServers(servers("a", before)), [])).map((state): ServerState => {
          const running = up[nth++] === true;
          return { ...state, running, line: state.line.replace(/^(\S+ \S+ \S+ \S+ \S+) \d/, `$1 ${running ? 2 : 0}`) };
        });
        const seeded = parseServerStates(seedServerState(withServers(servers("a", after)), now));
        expect(seeded).to.have.length(2 * Object.keys(after).length);
        for (const { backend, server, port, running } of seeded) {
          const known = now.find((state) => state.backend === backend && state.server === server && state.port === port);
          expect(port).to.equal(after[server]);
          expect(running).to.equal(known?.running ?? false);
        }
      }),
    );
  });
});

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
      web: samplePool({ healthCheck: httpCheck("/healthz", { interval }), slowStart: "0s", servers: servers("a", ports) }),
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
        healthCheck: httpCheck("/healthz", { interval: "100ms", fall: 10 }),
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
