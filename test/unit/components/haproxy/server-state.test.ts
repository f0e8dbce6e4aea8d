import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { isSameAddress, parseServerStates, seedServerState, type ServerState } from "../../../../components/haproxy/server-state";
import type { ServerPlan, Plan } from "../../../../components/model/plan";
import { samplePlan, samplePool, servers } from "../../../support/sites/sample-plan";

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
