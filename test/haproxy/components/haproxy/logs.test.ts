import { expect } from "chai";
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { ask } from "../../../../provider/transport/runtime-api";
import { haproxy } from "../../../../provider/transport/executable";
import { until } from "../../../../provider/wait";
import { expectTaken } from "../../../support/programs/haproxy-check";
import { echoingApp, realBalancer, type RealBalancer } from "../../../support/programs/real-balancer";
import { sampleNode, samplePlan } from "../../../support/sites/sample-plan";
import { scratch } from "../../../support/scratch";
import { Visitor } from "../../../support/clients/visitor";

const SECRETS = ["hunter2", "topsecret", "s3ss10n", "tok3n"];
const made = scratch();

/** A balancer that logs, and the lines that it has sent. */
async function logging(logs: {
  query: boolean;
}): Promise<RealBalancer & { readonly line: () => Promise<Record<string, unknown>>; readonly lines: string[] }> {
  const lines: string[] = [];
  const socket = createSocket("udp4").on("message", (line) => lines.push(line.toString("utf8")));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  made.later(() => socket.close());
  const logTo = `127.0.0.1:${socket.address().port}`;
  const balancer = await realBalancer(made, await echoingApp(made), { logs }, { logTo });
  let read = 0;
  const line = async (): Promise<Record<string, unknown>> => {
    const next = await until(() => lines[read], 10_000);
    if (next === undefined) throw new Error("no line came");
    read += 1;
    return JSON.parse(next) as Record<string, unknown>;
  };
  return { ...balancer, line, lines };
}

describe("The access log", () => {
  it("has a line of JSON for each request: who asked what, who answered, and how long that took", async () => {
    const { visitor, line } = await logging({ query: false });
    const { headers } = await visitor("2001:db8::9").ask("/orders", ["User-Agent: curl/8"]);
    const entry = await line();
    expect(entry).to.include({
      site: "shop",
      balancer: "primary",
      id: headers["x-request-id"],
      client: "2001:db8::9",
      method: "GET",
      host: "shop.example.com",
      path: "/orders",
      protocol: "HTTP/1.1",
      agent: "curl/8",
      status: 200,
      pool: "web",
      server: "web-a-1",
      retries: "0",
    });
    expect(entry.time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    for (const number of ["bytesIn", "bytesOut", "requestMs", "queueMs", "connectMs", "answerMs", "totalMs"])
      expect(entry[number], number).to.be.a("number");
  });

  it("holds no secret: no query, no cookie, no header by which somebody proves who they are", async () => {
    const { visitor, line, lines } = await logging({ query: false });
    const secret = [
      `Authorization: Bearer ${SECRETS[1]}`,
      `Cookie: session=${SECRETS[2]}`,
      `Referer: https://a.example/?t=${SECRETS[3]}`,
    ];
    await visitor("203.0.113.1").ask(`/login?password=${SECRETS[0]}`, [...secret, "X-Api-Key: tok3n"]);
    expect(await line()).to.include({ path: "/login" });
    for (const word of SECRETS) expect(lines.join("")).not.to.include(word);
  });

  it("has the query where the stack says so", async () => {
    const { visitor, line } = await logging({ query: true });
    await visitor("203.0.113.1").ask("/search?q=a%22b&page=2");
    expect(await line()).to.include({ path: "/search", query: "q=a%22b&page=2" });
  });

  it("stays JSON whatever a client sends", async () => {
    const { visitor, line } = await logging({ query: true });
    const agent = 'User-Agent: "},{"status":200,"x":"\\ \u00e9\u{1f600} \t end';
    await visitor("203.0.113.1").ask('/a\\"b', [agent, 'Host: a"b']);
    const odd = await line();
    expect(odd.client).to.equal("203.0.113.1");
    expect(odd).not.to.have.property("x");
    await visitor("203.0.113.1").ask(`/${"x".repeat(5_000)}?${'"'.repeat(3_000)}`, [`User-Agent: ${"\\".repeat(4_000)}`]);
    expect((await line()).path).to.have.length(1024);
    await visitor("203.0.113.1").ask("no path at all", []);
    expect(await line()).to.include({ status: 400, server: "<NOSRV>" });
  });

  it("says what the balancer itself has answered, and nothing of a rollout's questions", async () => {
    const { node, line, visitor } = await logging({ query: false });
    const probe = await fetch(`http://127.0.0.1:${node.site.port}/`, { headers: { "x-evenkeel-probe": "1" } });
    expect(await probe.text()).to.equal("web");
    await visitor("203.0.113.1").ask("/after");
    expect(await line()).to.include({ path: "/after" });
  });

  it("is never waited for: with a standard output that nobody reads, requests are answered, and lost lines are counted", async () => {
    const { plan, node } = await realBalancer(made, await echoingApp(made), {});
    const own = made.directory();
    const at = { directory: own, frontSocket: path.join(own, "front.sock"), health: { address: "127.0.0.1", port: 0 } };
    const text = renderBalancer({ ...plan, logs: { query: false } }, { ...node, ...at })
      .text // Only the socket is asked here.
      .replace(/^ {2}bind 127\.0\.0\.1:\d+\n/gm, "")
      .replace("frontend health", `frontend health\n  bind "unix@${path.join(own, "health.sock")}"`);
    const file = path.join(own, "haproxy.cfg");
    writeFileSync(file, text);
    writeFileSync(path.join(own, "server-state"), "1\n");
    const child = made.spawn(haproxy(), ["-db", "-f", file], { stdio: ["ignore", "pipe", "ignore"] });
    child.stdout?.pause();
    const socket = path.join(own, "admin.sock");
    await until(() => ask(socket, "show info").catch(() => undefined), 10_000);
    const visitor = new Visitor(at.frontSocket, "203.0.113.1");
    const all = await Promise.all(Array.from({ length: 400 }, () => visitor.ask()));
    expect(all.filter(({ status }) => status !== 200)).to.deep.equal([]);
    expect(await ask(socket, "show info")).to.match(/^DroppedLogs: [1-9]/m);
  });

  it("is as HAProxy takes it", () => {
    expectTaken(renderBalancer(samplePlan(undefined, { logs: { query: true } }), sampleNode()).text);
  });
});
