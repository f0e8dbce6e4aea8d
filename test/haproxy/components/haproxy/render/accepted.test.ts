import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { httpCheck } from "../../../../../components/model/health-checks/health-check";
import { metrics } from "../../../../../components/model/observability/metrics";
import type { Plan } from "../../../../../components/model/plan";
import { complaintAbout, expectTaken } from "../../../../support/programs/haproxy-check";
import { sampleNode, samplePlan, samplePool, servers } from "../../../../support/sites/sample-plan";
import { ROOT } from "../../../../support/sites/test-site";

const GOLDEN = path.join(ROOT, "test/unit/components/haproxy/render/golden");
const REMOTE = { address: "192.0.2.1", port: 22, user: "evenkeel", hostKey: "ssh-ed25519 AAAA" };

describe("A configuration is accepted by HAProxy", () => {
  for (const name of ["balancer-small", "balancer-rich", "balancer-trouble", "balancer-idle", "front", "front-https"])
    it(`as the unit tests have it: ${name}.cfg`, () => {
      const text = readFileSync(path.join(GOLDEN, `${name}.cfg`), "utf8");
      expectTaken(text.replaceAll("{port:page}", "20001").replaceAll("{port:https}", "20003"));
    });

  it("with durations of any unit", () => {
    const healthCheck = httpCheck("/", { interval: "1.5s", timeout: "0.25s" });
    const web = samplePool({ healthCheck, responseTimeout: "2.5s", slowStart: "0.5m" });
    expectTaken(renderBalancer(samplePlan({ web }, { longestConnection: "1.5h" }), sampleNode()).text);
    for (const slowStart of ["0s", "0ms", "0.4ms", "0h"])
      expectTaken(renderBalancer(samplePlan({ web: samplePool({ slowStart }) }), sampleNode()).text);
  });

  it("of a balancer on a machine of a cloud", function () {
    // Only Linux has a timeout for what a machine has not acknowledged.
    if (process.platform !== "linux") return;
    expectTaken(renderBalancer(samplePlan(), sampleNode({ remote: REMOTE })).text);
  });

  it("with metrics, for whatever addresses", function () {
    if (process.platform !== "linux") return;
    for (const from of [[], ["198.51.100.7/32"], ["198.51.100.7/32", "2001:db8::/48"]]) {
      const plan = samplePlan(undefined, { metrics: metrics.parse({ enabled: true, from }) });
      expectTaken(renderBalancer(plan, sampleNode({ remote: REMOTE, ipv6: true })).text);
    }
  });

  it("where there is no front", () => {
    expectTaken(renderBalancer(samplePlan(), sampleNode({ frontSocket: undefined })).text);
  });

  it("with many pools", () => {
    const pools = Array.from({ length: 40 }, (_, i) => [`pool-${i}`, samplePool({ servers: servers("a", { s: 20_011 + i }) })]);
    expectTaken(renderBalancer(samplePlan(Object.fromEntries(pools) as Plan["pools"]), sampleNode()).text);
  });

  it("with pools that are called as its own sections are", () => {
    const named = (name: string) => samplePool({ servers: servers("a", { [`${name}-a-1`]: 20_011 }) });
    expectTaken(
      renderBalancer(samplePlan({ site: named("site"), health: named("health"), global: named("global") }), sampleNode()).text,
    );
  });

  it("with names as long as they may be", () => {
    const long = "x".repeat(30);
    const pool = samplePool({ servers: servers(long, { [`${long}-${long}-200`]: 20_011 }) });
    expectTaken(renderBalancer(samplePlan({ [long]: pool }, { site: long }), sampleNode()).text);
  });
});

describe("The check of a rendered text", () => {
  it("has HAProxy's own words for what it does not take, and for what it only warns of", () => {
    expect(complaintAbout("global\n  no-such-word\n")).to.include("unknown keyword 'no-such-word'");
    expect(complaintAbout("frontend no-timeouts\n  mode http\n  bind 127.0.0.1:{port}\n")).to.include("missing timeouts");
  });
});
