import { expect } from "chai";
import * as fc from "fast-check";
import { parseServerStates, seedServerState, type ServerState } from "../../../../components/haproxy/server-state";
import type { ServerStatus } from "../../../../components/haproxy/server-status";
import type { Plan } from "../../../../components/model/plan";
import { described, type Gate, gateFor, gateState } from "../../../../provider/rollout/gate";
import { samplePlan, samplePool, servers } from "../../../support/sites/sample-plan";

type Ports = Readonly<Record<string, number>>;

/** A plan with a pool, `web`, of these servers. */
const planOf = (web: Ports): Plan => samplePlan({ web: samplePool({ servers: servers("a", web) }) });

/** The same plan, in which these servers are in a data center that is frozen. */
function frozen(plan: Plan, ...names: readonly string[]): Plan {
  const pools = Object.entries(plan.pools).map(([pool, settings]) => {
    const all = Object.entries(settings.servers).map(([name, server]) => [
      name,
      names.includes(name) ? { ...server, frozen: true } : server,
    ]);
    return [pool, { ...settings, servers: Object.fromEntries(all) as typeof settings.servers }];
  });
  return { ...plan, pools: Object.fromEntries(pools) as Plan["pools"] };
}

/** What a balancer says of servers that it runs, all up but these. */
function states(plan: Plan, down: readonly string[] = []): ServerState[] {
  const all = parseServerStates(
    seedServerState(plan, [], new Set(Object.values(plan.pools).flatMap((pool) => Object.keys(pool.servers)))),
  );
  return all.map((state) => (down.includes(state.server) ? { ...state, running: false } : state));
}

/** The same in the form of `show stat`: status by server, in both backends unless said by `backend/server`. */
function statuses(byServer: Readonly<Record<string, string>>, lastCheck = "L7OK 200"): ServerStatus[] {
  return Object.entries(byServer).flatMap(([server, status]) => {
    const [, backend, name = server] = /^(.*)\/(.*)$/.exec(server) ?? [];
    const backends = backend === undefined ? ["web", "web.checked"] : [backend];
    return backends.map((one) => ({ backend: one, server: name, status, lastCheck, sessions: 0, requests: 0 }));
  });
}

/** A gate with names only. */
function names({ fresh, kept, down, removed, bare }: Gate) {
  const of = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  return { fresh: of(fresh), kept: of(kept), down: of(down), removed: of(removed), bare: [...bare] };
}

const BEFORE = planOf({ "web-a-1": 1, "web-a-2": 2, "web-a-3": 3 });

describe("A gate", () => {
  it("waits for new servers and those that moved, keeps those that were up, and only tells of those that were down", () => {
    const after = planOf({ "web-a-1": 1, "web-a-2": 12, "web-a-3": 3, "web-a-10": 10, "web-a-4": 4 });
    expect(names(gateFor(after, states(BEFORE, ["web-a-3"])))).to.deep.equal({
      fresh: ["web-a-2", "web-a-4", "web-a-10"],
      kept: ["web-a-1"],
      down: ["web-a-3"],
      removed: [],
      bare: [],
    });
  });

  it("waits for the sessions of servers, and of whole pools, that will be gone", () => {
    const before = samplePlan({
      web: samplePool({ servers: servers("a", { "web-a-1": 1, "web-a-2": 2 }) }),
      beta: samplePool({ servers: servers("a", { "beta-a-1": 3 }) }),
    });
    expect(gateFor(planOf({ "web-a-1": 1 }), states(before)).removed).to.deep.equal([
      { pool: "beta", name: "beta-a-1" },
      { pool: "web", name: "web-a-2" },
    ]);
  });

  it("tells a pool that would start with no server up", () => {
    expect(names(gateFor(planOf({ "web-a-1": 11 }), states(BEFORE))).bare).to.deep.equal(["web"]);
    expect(names(gateFor(BEFORE, [])).bare).to.deep.equal(["web"]);
    expect(names(gateFor(BEFORE, states(BEFORE, ["web-a-1", "web-a-2", "web-a-3"]))).bare).to.deep.equal(["web"]);
    expect(names(gateFor(BEFORE, states(BEFORE, ["web-a-1", "web-a-2"]))).bare).to.deep.equal([]);
  });

  it("believes the health checks, not the refusals that may have taken a server out for a moment", () => {
    const refused = states(BEFORE).map((state) => (state.backend === "web" ? { ...state, running: false } : state));
    expect(names(gateFor(BEFORE, refused)).kept).to.deep.equal(["web-a-1", "web-a-2", "web-a-3"]);
  });

  it("waits for a server that was down and is awaited, as for a new one, and keeps one that is up", () => {
    const plan = planOf({ "web-a-1": 1, "web-a-2": 2, "web-a-3": 3 });
    const web = plan.pools.web ?? expect.fail();
    const awaited = Object.fromEntries(Object.entries(web.servers).map(([name, server]) => [name, { ...server, awaited: true }]));
    const before = states(plan, ["web-a-2"]);
    const gate = gateFor({ ...plan, pools: { web: { ...web, servers: awaited } } }, before);
    const names = (of: readonly { name: string }[]): string[] => of.map(({ name }) => name);
    expect([gate.fresh, gate.kept, gate.down].map(names)).to.deep.equal([["web-a-2"], ["web-a-1", "web-a-3"], []]);
  });

  it("waits for no server that is frozen: neither for a new one, nor for one that moved, was down, or is up", () => {
    const after = frozen(
      planOf({ "web-a-1": 1, "web-a-2": 12, "web-a-3": 3, "web-a-4": 4, "web-a-5": 5 }),
      ...["web-a-1", "web-a-2", "web-a-3", "web-a-4"],
    );
    expect(names(gateFor(after, states(BEFORE, ["web-a-3"])))).to.deep.equal({
      fresh: ["web-a-5"],
      kept: [],
      down: ["web-a-2", "web-a-3", "web-a-4"],
      removed: [],
      // The one that is frozen and up still serves.
      bare: [],
    });
  });

  it("waits for the sessions of a frozen server that will be gone, as of any other", () => {
    expect(names(gateFor(planOf({ "web-a-1": 1 }), states(frozen(BEFORE, "web-a-2")))).removed).to.deep.equal([
      "web-a-2",
      "web-a-3",
    ]);
  });

  it("is as ever for servers that are said not to be frozen", () => {
    const pool = samplePool({ servers: { "web-a-1": { dataCenter: "a", address: "127.0.0.1", port: 1, frozen: false } } });
    expect(names(gateFor(samplePlan({ web: pool }), [])).fresh).to.deep.equal(["web-a-1"]);
  });

  it("tells a pool that would start with no server up but frozen ones that are down", () => {
    const all = ["web-a-1", "web-a-2", "web-a-3"] as const;
    expect(names(gateFor(frozen(BEFORE, ...all), states(BEFORE, all))).bare).to.deep.equal(["web"]);
    expect(names(gateFor(frozen(BEFORE, ...all), [])).bare).to.deep.equal(["web"]);
    expect(names(gateFor(frozen(BEFORE, "web-a-1"), states(BEFORE, ["web-a-2", "web-a-3"]))).bare).to.deep.equal([]);
  });

  it("treats servers that are not frozen as if there were no others", () => {
    const ports = fc.dictionary(fc.constantFrom("web-a-1", "web-a-2", "web-a-3", "web-a-4"), fc.integer({ min: 1, max: 2 }), {
      noNullPrototype: true,
    });
    const some = fc.subarray(["web-a-1", "web-a-2", "web-a-3", "web-a-4"]);
    fc.assert(
      fc.property(ports, ports, some, some, (before, after, down, ice) => {
        const known = states(planOf(before), down);
        const [plain, cold] = [names(gateFor(planOf(after), known)), names(gateFor(frozen(planOf(after), ...ice), known))];
        const free = (list: readonly string[]) => list.filter((name) => !ice.includes(name));
        expect(cold.fresh).to.deep.equal(free(plain.fresh));
        expect(cold.kept).to.deep.equal(free(plain.kept));
        expect(free(cold.down)).to.deep.equal(free(plain.down));
        expect([cold.removed, cold.bare]).to.deep.equal([plain.removed, plain.bare]);
      }),
    );
  });

  it("has each server of the plan in exactly one place", () => {
    const ports = fc.dictionary(fc.constantFrom("web-a-1", "web-a-2", "web-a-3", "web-b-1"), fc.integer({ min: 1, max: 2 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(ports, ports, fc.array(fc.constantFrom<string>("web-a-1", "web-a-2", "web-b-1")), (before, after, down) => {
        const { fresh, kept, down: told, removed } = names(gateFor(planOf(after), states(planOf(before), down)));
        expect([...fresh, ...kept, ...told].sort()).to.deep.equal(Object.keys(after).sort());
        expect(removed.sort()).to.deep.equal(
          Object.keys(before)
            .filter((name) => !(name in after))
            .sort(),
        );
        for (const name of kept) expect(before[name] === after[name] && !down.includes(name)).to.equal(true);
        for (const name of fresh) expect(before[name]).not.to.equal(after[name]);
      }),
    );
  });
});

describe("The state of a gate", () => {
  const gate = gateFor(planOf({ "web-a-1": 1, "web-a-2": 2, "web-a-4": 4, "web-a-5": 5 }), states(BEFORE, ["web-a-2"]));

  it("is passed when every new server is up and none that was up is down", () => {
    const now = statuses({ "web-a-1": "UP", "web-a-2": "DOWN", "web-a-4": "UP", "web-a-5": "UP" });
    expect(gateState(gate, now)).to.deep.equal({ passed: true });
  });

  it("is passed though a server that was down before is down", () => {
    const down = gateFor(BEFORE, states(BEFORE, ["web-a-3"]));
    expect(gateState(down, statuses({ "web-a-1": "UP", "web-a-2": "UP", "web-a-3": "DOWN" }))).to.deep.equal({ passed: true });
  });

  it("says which new servers it waits for, and what their last check said", () => {
    const up = statuses({ "web-a-1": "UP", "web-a-4": "UP" });
    const coming = statuses({ "web-a-5": "DOWN 1/2" }, "L4CON Connection refused");
    expect(gateState(gate, [...up, ...coming])).to.deep.equal({
      passed: false,
      waitsFor: "web-a-5 (127.0.0.1:5, L4CON Connection refused)",
    });
  });

  it("waits for a new server that the balancer does not know yet", () => {
    expect(gateState(gate, statuses({ "web-a-1": "UP", "web-a-4": "UP" }))).to.deep.equal({
      passed: false,
      waitsFor: "web-a-5 (127.0.0.1:5)",
    });
  });

  it("waits for a new server in both of its backends", () => {
    for (const late of ["web/web-a-5", "web.checked/web-a-5"]) {
      const now = statuses({
        "web-a-1": "UP",
        "web-a-4": "UP",
        "web/web-a-5": "UP",
        "web.checked/web-a-5": "UP",
        [late]: "DOWN",
      });
      expect(gateState(gate, now), late).to.deep.equal({ passed: false, waitsFor: "web-a-5 (127.0.0.1:5, L7OK 200)" });
    }
  });

  it("is broken when a server that was up goes down, also while others are waited for", () => {
    const now = [...statuses({ "web-a-1": "DOWN" }, "L7STS 503"), ...statuses({ "web-a-4": "DOWN", "web-a-5": "UP" })];
    expect(gateState(gate, now)).to.deep.equal({ passed: false, broken: "web-a-1 (127.0.0.1:1, L7STS 503) went down" });
    expect(gateState(gate, statuses({ "web-a-4": "UP", "web-a-5": "UP" }))).to.deep.equal({
      passed: false,
      broken: "web-a-1 (127.0.0.1:1) went down",
    });
  });

  it("is not broken by a server that only refusals took out, nor by one on its way down", () => {
    const others = { "web-a-4": "UP", "web-a-5": "UP" };
    const refused = statuses({ ...others, "web/web-a-1": "DOWN", "web.checked/web-a-1": "UP" });
    expect(gateState(gate, refused)).to.deep.equal({ passed: true });
    expect(gateState(gate, statuses({ ...others, "web-a-1": "UP 1/2" }))).to.deep.equal({ passed: true });
  });

  it("does not wait for a frozen server, and is not broken by one that falls, or that the balancer knows no more", () => {
    const after = planOf({ "web-a-1": 1, "web-a-2": 2, "web-a-3": 3, "web-a-4": 4, "web-a-5": 5 });
    const cold = gateFor(frozen(after, "web-a-1", "web-a-2", "web-a-4"), states(BEFORE, ["web-a-2"]));
    const fallen: Record<string, string>[] = [
      { "web-a-1": "DOWN", "web-a-2": "DOWN", "web-a-4": "DOWN" },
      { "web-a-1": "UP" },
      {},
    ];
    for (const status of fallen) {
      expect(gateState(cold, statuses({ ...status, "web-a-3": "UP", "web-a-5": "UP" }))).to.deep.equal({ passed: true });
    }
    expect(gateState(cold, statuses({ "web-a-1": "UP", "web-a-3": "UP", "web-a-5": "DOWN" }))).to.deep.equal({
      passed: false,
      waitsFor: "web-a-5 (127.0.0.1:5, L7OK 200)",
    });
    expect(gateState(cold, statuses({ "web-a-1": "DOWN", "web-a-3": "DOWN", "web-a-5": "UP" }))).to.deep.equal({
      passed: false,
      broken: "web-a-3 (127.0.0.1:3, L7OK 200) went down",
    });
  });

  it("names three of many, and how many more", () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`web-a-${i + 1}`, i + 1]));
    const waitsFor = (count: number) => gateState(gateFor(planOf(many(count)), []), []);
    expect(waitsFor(4)).to.have.property(
      "waitsFor",
      "web-a-1 (127.0.0.1:1), web-a-2 (127.0.0.1:2), web-a-3 (127.0.0.1:3), web-a-4 (127.0.0.1:4)",
    );
    expect(waitsFor(5)).to.have.property(
      "waitsFor",
      "web-a-1 (127.0.0.1:1), web-a-2 (127.0.0.1:2), web-a-3 (127.0.0.1:3) and 2 more",
    );
  });
});

describe("A server in a message", () => {
  const server = { pool: "web", name: "web-a-1", server: { dataCenter: "a", address: "127.0.0.1", port: 1 } };

  it("stands with its address and its last check, where there was one", () => {
    const [status] = statuses({ "web-a-1": "DOWN" }, "L4CON Connection refused") as [ServerStatus];
    expect(described(server, status)).to.equal("web-a-1 (127.0.0.1:1, L4CON Connection refused)");
    for (const lastCheck of ["", "INI"]) expect(described(server, { ...status, lastCheck })).to.equal("web-a-1 (127.0.0.1:1)");
    expect(described(server)).to.equal("web-a-1 (127.0.0.1:1)");
  });
});
