import { expect } from "chai";
import * as net from "node:net";
import * as tls from "node:tls";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { renderFront } from "../../../../../components/haproxy/render/front";
import { seedServerState } from "../../../../../components/haproxy/server-state";
import { tcpCheck, tlsCheck } from "../../../../../components/model/health-checks/health-check";
import { limits } from "../../../../../components/model/limits/limits";
import { maintenancePage } from "../../../../../components/model/operations/maintenance-page";
import type { Plan, PoolPlan } from "../../../../../components/model/plan";
import { makeAuthority } from "../../../../../provider/keys/x509";
import { choosePorts } from "../../../../../provider/process/ports";
import { until } from "../../../../../provider/wait";
import { greeting } from "../../../../support/clients/greeting";
import { expectTaken } from "../../../../support/programs/haproxy-check";
import { type RunningHaproxy, startHaproxy } from "../../../../support/programs/haproxy-process";
import { sampleNode, samplePlan, samplePool, servers } from "../../../../support/sites/sample-plan";
import { scratch } from "../../../../support/scratch";

/** What a client sees of a connection that is closed. */
const CLOSED = /disconnected|ECONNRESET|EPIPE|closed/;
/** The signature that PROXY protocol v2 begins with. */
const SIGNATURE = "0d0a0d0a000d0a515549540a";

const tcpPool = (changes: Partial<PoolPlan>): PoolPlan => samplePool({ protocol: "tcp", healthCheck: tcpCheck(), ...changes });

describe("Connections that are passed on to tcp pools", () => {
  const made = scratch();

  /** A server that ends TLS itself, for a name of its own. */
  async function tlsServer(name: string): Promise<number> {
    const { certificate, privateKey } = await makeAuthority(name);
    return made.listen(tls.createServer({ cert: certificate, key: privateKey }, (socket) => greets(socket, name)));
  }

  /** A server that says who it is before its client says anything. */
  function plainServer(name: string): Promise<number> {
    return made.listen(net.createServer((socket) => greets(socket, name)));
  }

  function greets(socket: net.Socket, name: string): void {
    socket.on("error", () => socket.destroy());
    socket.write(`${name}\n`);
    socket.pipe(socket);
  }

  async function balancer(
    pools: Plan["pools"],
    passthrough: Plan["passthrough"],
    changes: Partial<Plan> = {},
    reached = "UP",
  ): Promise<{ haproxy: RunningHaproxy; port: number; site: number }> {
    const { site = 0, health = 0, passed = 0 } = await choosePorts({ site: {}, health: {}, passed: {} }, new Set());
    const directory = made.directory();
    const at = (port: number) => ({ address: "127.0.0.1", port });
    const node = sampleNode({ directory, site: at(site), health: at(health), passthrough: at(passed), frontSocket: undefined });
    const plan = samplePlan(pools, { routes: [{ pool: "web" }], passthrough, ...changes });
    // Those that run count as checked, so that the next check of each is a whole interval away.
    const running = Object.values(pools).flatMap((pool) => Object.keys(pool.servers));
    const state = reached === "UP" ? seedServerState(plan, [], new Set(running)) : undefined;
    const haproxy = await startHaproxy(made, directory, renderBalancer(plan, node).text, state);
    await haproxy.becomes((statuses) =>
      Object.entries(statuses).every(
        ([name, status]) =>
          name.startsWith("web") || name.includes("dead") || [reached, "no check"].some((good) => status.startsWith(good)),
      ),
    );
    return { haproxy, port: passed, site };
  }

  const failure = async (wait: Promise<unknown>): Promise<string> =>
    wait.then(
      () => "answered",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  it("go by the name that TLS asks for, which the server ends", async () => {
    const { port } = await balancer(
      {
        web: samplePool(),
        mail: tcpPool({ servers: servers("a", { "mail-a-1": await tlsServer("mail") }) }),
        other: tcpPool({ servers: servers("a", { "other-a-1": await tlsServer("other") }) }),
      },
      [
        { sni: "mail.example.com", pool: "mail" },
        { sni: "*.example.com", pool: "other" },
      ],
    );
    const mail = await greeting(port, "mail.example.com");
    expect(mail.server).to.equal("mail");
    expect(mail.certificate).to.match(/mail/);
    expect((await greeting(port, "MAIL.example.com")).server).to.equal("mail");
    expect((await greeting(port, "x.mail.example.com")).server).to.equal("other");
    for (const unknown of ["example.com", "mail.example.org", "xmail.example.com.evil.test"])
      expect(await failure(greeting(port, unknown)), unknown).to.match(CLOSED);
  });

  it("go where the rest goes at once, without a word of the client, and past a server that refuses", async () => {
    const { dead = 0 } = await choosePorts({ dead: {} }, new Set());
    const { haproxy, port } = await balancer(
      { web: samplePool(), mail: tcpPool({ servers: servers("a", { "mail-a-1": await plainServer("mail-a-1"), dead }) }) },
      [{ pool: "mail" }],
    );
    for (let i = 0; i < 6; i++) expect((await greeting(port)).server).to.equal("mail-a-1");
    await haproxy.becomes((statuses) => statuses["mail.checked/dead"]?.startsWith("DOWN") === true);
    expect((await greeting(port)).server).to.equal("mail-a-1");
  });

  it("are lost by none while most servers are dead and their checks have not seen it, however busy the others are", async () => {
    const doomed = ["mail-a-1", "mail-a-2", "mail-a-3"].map((name) => net.createServer((socket) => greets(socket, name)));
    const ports = await Promise.all(doomed.map((server) => made.listen(server)));
    const all = {
      "mail-a-1": ports[0] ?? 0,
      "mail-a-2": ports[1] ?? 0,
      "mail-a-3": ports[2] ?? 0,
      "mail-a-4": await plainServer("mail-a-4"),
    };
    const mail = tcpPool({ healthCheck: tcpCheck({ interval: "1m" }), servers: servers("a", all) });
    const { haproxy, port } = await balancer({ web: samplePool(), mail }, [{ pool: "mail" }]);
    for (const server of doomed) server.close();
    // A dead server is never busy, so that the least busy one is always dead.
    for (let i = 0; i < 6; i++) {
      const held = net.connect(port, "127.0.0.1");
      made.later(() => held.destroy());
      expect(String(await new Promise((resolve, reject) => held.once("data", resolve).once("close", reject)))).to.equal(
        "mail-a-4\n",
      );
    }
    const statuses = await haproxy.statuses();
    expect(statuses).to.include({ "mail/mail-a-3": "DOWN", "mail.checked/mail-a-3": "UP" });
  });

  for (const [version, begins] of [
    ["v1", Buffer.from("PROXY TCP4 127.0.0.1 127.0.0.1 ").toString("hex")],
    ["v2", SIGNATURE],
  ] as const)
    it(`tell the server who the client is, by PROXY protocol ${version}`, async () => {
      const heard: string[] = [];
      const server = net.createServer((socket) => {
        socket.once("data", (bytes) => {
          heard.push(bytes.toString("hex"));
          socket.end("server\nping");
        });
        socket.on("error", () => socket.destroy());
      });
      const { port } = await balancer(
        {
          web: samplePool(),
          mail: tcpPool({ servers: servers("a", { "mail-a-1": await made.listen(server) }, { sendProxy: version }) }),
        },
        [{ pool: "mail" }],
      );
      heard.splice(0);
      expect((await greeting(port)).server).to.equal("server");
      expect(heard.some((bytes) => bytes.startsWith(begins))).to.equal(true);
    });

  const mailAlone: Plan["passthrough"] = [{ pool: "mail" }];
  const mailAt = async (changes: Partial<PoolPlan> = {}): Promise<Plan["pools"]> => ({
    web: samplePool(),
    mail: tcpPool({ servers: servers("a", { "mail-a-1": await plainServer("mail-a-1") }), ...changes }),
  });

  it("are closed for clients that are refused, and for those that have as many connections as they may, all ports together", async () => {
    const pools = await mailAt();
    for (const refused of [{ deny: ["127.0.0.0/8"] }, { allow: ["192.0.2.0/24"] }]) {
      const { port } = await balancer(pools, mailAlone, { limits: limits.parse(refused) });
      expect(await failure(greeting(port))).to.match(CLOSED);
    }
    const { haproxy, port, site } = await balancer(pools, mailAlone, { limits: limits.parse({ connections: 1 }) });
    const counts = async (connections: number): Promise<true | undefined> =>
      until(
        async () => new RegExp(`conn_cur=${connections}$`, "m").test(await haproxy.ask("show table site")) || undefined,
        10_000,
      );
    const other = net.connect(site, "127.0.0.1");
    expect(await counts(1)).to.equal(true);
    expect(await failure(greeting(port))).to.match(CLOSED);
    other.destroy();
    expect(await counts(0)).to.equal(true);
    expect((await greeting(port)).server).to.equal("mail-a-1");
  });

  it("are closed while their pool is out, but not for those who are excepted", async () => {
    const page = maintenancePage.parse({});
    const { port } = await balancer(await mailAt({ page }), mailAlone);
    expect(await failure(greeting(port))).to.match(CLOSED);
    const excepted = await balancer(await mailAt({ page: { ...page, exceptFrom: ["127.0.0.0/8"] } }), mailAlone);
    expect((await greeting(excepted.port)).server).to.equal("mail-a-1");
  });

  it("go to all servers of a pool while all fail their checks, if it says so", async () => {
    const pools = await mailAt({ whenAllDown: { servers: "all" }, healthCheck: tlsCheck() });
    const { port } = await balancer(pools, mailAlone, {}, "DOWN");
    expect((await greeting(port)).server).to.equal("mail-a-1");
  });

  it("are no part of a site without them, and HAProxy takes all that a tcp pool may say", () => {
    expect(renderBalancer(samplePlan(), sampleNode()).text).to.not.include("passthrough");
    const rich = samplePlan(
      {
        web: samplePool(),
        mail: tcpPool({
          servers: { ...servers("a", { "mail-a-1": 20_021 }), ...servers("a", { "mail-a-2": 20_022 }, { sendProxy: "v2" }) },
          weights: { a: 10 },
          capacity: { requests: 5, queue: "5s" },
          tunnelTimeout: "1h",
        }),
      },
      { routes: [{ pool: "web" }], passthrough: [{ sni: "*.example.com", pool: "mail" }, { pool: "mail" }] },
    );
    const passthrough = { address: "127.0.0.1", port: 20_003, frontSocket: "{directory}/front-tcp.sock" };
    expectTaken(renderBalancer(rich, sampleNode({ passthrough })).text);
    const nodes = [sampleNode({ passthrough }), sampleNode({ role: "secondary", passthrough })];
    const front = renderFront(nodes, "127.0.0.1", 1_000);
    expectTaken(front.replace("{port:page}", "20004").replace("{port:passthrough}", "20005"));
  });
});
