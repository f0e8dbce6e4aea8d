import { expect } from "chai";
import { backendsOf } from "../../../../../components/haproxy/backend-names";
import { renderBalancer, renderIdle } from "../../../../../components/haproxy/render/balancer";
import { httpCheck } from "../../../../../components/model/health-checks/health-check";
import { expectGolden } from "../../../../support/golden";
import { sampleNode, samplePlan, samplePool, servers } from "../../../../support/sites/sample-plan";

/** A plan with whatever a plan can hold: two pools, a host, timeouts, servers near and far, more than nine of them. */
const RICH = samplePlan({
  web: samplePool({
    healthCheck: httpCheck("/up?deep=1", { host: "shop.example", interval: "1.5s", timeout: "0.5s", fall: 4, rise: 3 }),
    responseTimeout: "2.5s",
    slowStart: "0s",
    servers: {
      ...servers("a", Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`web-a-${i + 1}`, 20_101 + i]))),
      ...servers("b", { "web-b-1": 20_201 }),
    },
  }),
  api: samplePool({ servers: servers("b", { "api-b-1": 20_301, "api-b-2": 20_302 }) }),
});

/** The lines of one section. */
function section(text: string, title: string): string[] {
  const lines = text.split("\n");
  const from = lines.indexOf(title);
  const length = lines.slice(from + 1).findIndex((line) => !line.startsWith("  "));
  return lines.slice(from + 1, from + 1 + length).map((line) => line.trim());
}

const serverLines = (text: string, backend: string): string[] =>
  section(text, `backend ${backend}`).filter((line) => line.startsWith("server "));

describe("The configuration of a balancer", () => {
  it("of a small stack is this text", () => {
    const { text } = renderBalancer(samplePlan(), sampleNode());
    expectGolden(__dirname, "balancer-small.cfg", text);
  });

  it("of two pools with hosts, timeouts, and servers near and far is this text", () => {
    const { text } = renderBalancer(RICH, sampleNode({ role: "secondary", dataCenter: "b", frontSocket: undefined }));
    expectGolden(__dirname, "balancer-rich.cfg", text);
  });

  it("says its own fingerprint, by which a running HAProxy is told from one with another configuration", () => {
    const { text, description } = renderBalancer(samplePlan(), sampleNode());
    expect(description).to.match(/^evenkeel shop primary [0-9a-f]{8}$/);
    expect(section(text, "global")[0]).to.equal(`description ${description}`);
  });

  it("is the same text each time", () => {
    expect(renderBalancer(samplePlan(), sampleNode()).text).to.equal(renderBalancer(samplePlan(), sampleNode()).text);
  });

  it("writes durations so that HAProxy reads them, whatever way the stack writes them", () => {
    const pool = samplePool({
      healthCheck: httpCheck("/", { interval: "1.5s", timeout: "0.25s" }),
      responseTimeout: "2.5s",
      slowStart: "0.5m",
    });
    const { text } = renderBalancer(samplePlan({ web: pool }, { longestConnection: "1.5h" }), sampleNode());
    expect(text).to.include("hard-stop-after 90m\n").and.include("timeout server 2500ms\n").and.include("timeout check 250ms\n");
    expect(serverLines(text, "web")[0]).to.include(" inter 1500ms ").and.include(" slowstart 30s ");
  });

  it("lets a server have its full share at once where there is no slow start", () => {
    for (const slowStart of ["0s", "0ms", "0.4ms", "0h"]) {
      const { text } = renderBalancer(samplePlan({ web: samplePool({ slowStart }) }), sampleNode());
      expect(text).not.to.include("slowstart");
    }
  });

  it("checks servers of its own data center at the near pace and others at the far one", () => {
    const { text } = renderBalancer(samplePlan(), sampleNode({ dataCenter: "b" }));
    expect(serverLines(text, "web.checked")).to.deep.equal([
      "server web-a-1 127.0.0.1:20011 check inter 2s fastinter 1s fall 3 rise 2 slowstart 10s",
      "server web-b-1 127.0.0.1:20012 check inter 500ms fastinter 250ms fall 2 rise 2 slowstart 10s",
    ]);
  });

  it("gives up what a server's machine has not acknowledged, where balancers are machines of a cloud", () => {
    const remote = { address: "192.0.2.1", port: 22, user: "evenkeel", hostKey: "ssh-ed25519 AAAA" };
    const { text } = renderBalancer(samplePlan(), sampleNode({ remote }));
    for (const backend of ["web", "web.checked"])
      for (const line of serverLines(text, backend)) expect(line).to.include(" tcp-ut 5s");
    expect(renderBalancer(samplePlan(), sampleNode()).text).not.to.include("tcp-ut");
  });

  it("has a pool's servers twice: where refusals take them out, and where only checks do", () => {
    const { text } = renderBalancer(RICH, sampleNode());
    for (const [pool, { servers: known }] of Object.entries(RICH.pools)) {
      const { main, checkedOnly } = backendsOf(pool);
      const observed = serverLines(text, main);
      const observe = " observe layer4 error-limit 1 on-error mark-down";
      expect(observed).to.have.length(Object.keys(known).length);
      expect(observed.every((line) => line.endsWith(observe))).to.equal(true);
      expect(serverLines(text, checkedOnly)).to.deep.equal(observed.map((line) => line.replace(observe, "")));
    }
  });

  it("lists web-a-2 before web-a-10", () => {
    const names = serverLines(renderBalancer(RICH, sampleNode()).text, "web").map((line) => line.split(" ")[1]);
    expect(names).to.deep.equal([...Array.from({ length: 11 }, (_, i) => `web-a-${i + 1}`), "web-b-1"]);
  });

  it("is fit for traffic while any pool has a server that passes its check", () => {
    const health = section(renderBalancer(RICH, sampleNode()).text, "frontend health");
    for (const pool of ["api", "web"])
      expect(health).to.include(
        `http-request return status 200 content-type text/plain string ok if { nbsrv(${pool}.checked) gt 0 }`,
      );
  });

  it("removes, always, the headers by which a client could pass for another", () => {
    const site = section(renderBalancer(samplePlan(), sampleNode()).text, "frontend site");
    const always = site.filter((rule) => rule.startsWith("http-request ") && !/ (if|unless) /.test(rule));
    for (const header of ["Forwarded", "X-Forwarded- -m beg", "X-Real-IP"])
      expect(always).to.include(`http-request del-header ${header}`);
  });

  it("listens for a front only where there is one", () => {
    const without = renderBalancer(samplePlan(), sampleNode({ frontSocket: undefined })).text;
    expect(without).not.to.include("accept-proxy");
    expect(renderBalancer(samplePlan(), sampleNode()).text).to.include(
      'bind "unix@{directory}/front.sock" mode 600 accept-proxy\n',
    );
  });

  it("of an idle node is alive and serves nothing", () => {
    const text = renderIdle("{directory}", 1_000);
    expectGolden(__dirname, "balancer-idle.cfg", text);
    expect(text).not.to.match(/^(frontend|backend|listen)/m);
  });
});
