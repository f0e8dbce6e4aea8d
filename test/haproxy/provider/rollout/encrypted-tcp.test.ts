import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createHttpServer } from "node:http";
import * as tls from "node:tls";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { type HealthCheck, httpCheck, tcpCheck, tlsCheck } from "../../../../components/model/health-checks/health-check";
import { type Passes, passesOf, type PassthroughRoute } from "../../../../components/model/routing/passthrough";
import type { NodePlan, Plan } from "../../../../components/model/plan";
import type { AuthorityOutputs } from "../../../../components/contracts/authority";
import { type Issued, makeAuthority as makeTheirs } from "../../../../provider/keys/x509";
import { choosePorts } from "../../../../provider/process/ports";
import { reach, reachTerminator } from "../../../../provider/rollout/reach";
import { TlsTerminatorResource } from "../../../../provider/rollout/terminator";
import { until } from "../../../../provider/wait";
import { greeting } from "../../../support/clients/greeting";
import { samplePool } from "../../../support/sites/sample-plan";
import { scratch } from "../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../support/programs/sshd";
import { type Balancer, complaint, operation, planOf, roll, startBalancer } from "./balancer";
import { certified, makeAuthority, PEER, startPassing, startTerminated, type TerminatedServer } from "./terminated-site";

const SNI = "mail.example.com";
/** The servers share a process with the test, which may be busy. */
const PACE = { interval: "100ms", timeout: "5s" } as const;
/** What PROXY protocol v2 begins with for a connection of IPv4 (signature, PROXY, TCP over IPv4, 12 bytes), from and to 127.0.0.1. */
const VERSION_2 = "0d0a0d0a000d0a515549540a2111000c7f0000017f000001";

describe("A balancer and servers of a tcp pool", function () {
  this.timeout(180_000);
  const made = scratch();
  const resource = new TlsTerminatorResource(reachTerminator);
  let sshd: Sshd;
  let balancer: Balancer;
  let authority: AuthorityOutputs;
  let pair: Issued;
  let web: TerminatedServer;
  let node: NodePlan;
  let port: number;

  beforeEach(async function () {
    requireSshd(this);
    [sshd, balancer, authority, web] = await Promise.all([
      startSshd(made),
      startBalancer(made),
      makeAuthority(),
      startTerminated(made, "web-a-1"),
    ]);
    pair = await certified(authority, PEER, "both");
    ({ port = 0 } = await choosePorts({ port: {} }, new Set()));
    node = { ...balancer.node, passthrough: { address: "127.0.0.1", port } };
    await resource.create(web.inputs(sshd, authority), operation());
  });

  /** Servers with these apps, each with what ends TLS in front of it. */
  async function pool<App extends Server>(
    apps: Readonly<Record<string, App>>,
    passes: Omit<Passes, "check"> = {},
    healthCheck: HealthCheck = tcpCheck(PACE),
  ): Promise<{ servers: Record<string, TerminatedServer<App>>; rollTo: (routes?: PassthroughRoute[]) => Promise<string[]> }> {
    const settings = { protocol: "tcp" as const, healthCheck, ...passes };
    const servers: Record<string, TerminatedServer<App>> = {};
    for (const [name, app] of Object.entries(apps)) {
      const server = await startPassing(made, name, app, passesOf(settings).passes);
      await resource.create(server.inputs(sshd, authority), operation());
      servers[name] = server;
    }
    const known = Object.fromEntries(Object.entries(servers).map(([name, { server }]) => [name, server]));
    const credentials = { trusted: authority.trusted, certificate: pair.certificate, name: PEER };
    const plan = (passthrough: PassthroughRoute[]): Plan => {
      const site = planOf({ "web-a-1": web.server }, { tls: credentials, passthrough });
      return { ...site, pools: { ...site.pools, mail: samplePool({ ...settings, slowStart: "0s", servers: known }) } };
    };
    const rollTo = (routes: PassthroughRoute[] = [{ pool: "mail" }]): Promise<string[]> =>
      roll(reach(node), node, plan(routes), {
        configuration: renderBalancer(plan(routes), node),
        credentials: { ...credentials, key: pair.privateKey },
        healthyWithin: "5s",
      });
    return { servers, rollTo };
  }

  const closes = async (server: Server): Promise<void> => {
    await new Promise((resolve) => server.close(resolve));
  };
  const status = async (server: string): Promise<string> =>
    (await balancer.ask("show stat")).split("\n").find((line) => line.startsWith(`mail.checked,${server},`)) ?? "";
  const becomes = (server: string, wanted: string): Promise<true | undefined> =>
    until(async () => ((await status(server)).includes(`,${wanted},`) ? true : undefined), 20_000);

  it("bring a client's TLS, or what it says in clear, to the app as it is, byte by byte in both directions", async () => {
    const { certificate, privateKey } = await makeTheirs(SNI);
    const clear = createServer({ allowHalfOpen: true }, (socket) => collects(socket));
    const ended = tls.createServer({ cert: certificate, key: privateKey }, (socket) => greets(socket, "mail-a-1"));
    const one = await pool({ "mail-a-1": ended });
    await one.rollTo([{ sni: SNI, pool: "mail" }]);
    const greeted = await greeting(port, SNI);
    expect(greeted.server).to.equal("mail-a-1");
    expect(greeted.certificate).to.include(SNI);

    await (await pool({ "mail-a-2": clear })).rollTo();
    const said = randomBytes(300_000);
    expect((await exchange(port, said)).heard.equals(said)).to.equal(true);
  });

  it("let a server speak first, pass one by that refuses, and have it back", async () => {
    const apps = { "mail-a-1": greeter("mail-a-1"), "mail-a-2": greeter("mail-a-2") };
    const { servers, rollTo } = await pool(apps);
    await rollTo();
    const { "mail-a-1": one = expect.fail("it is not there") } = servers;
    await closes(apps["mail-a-1"]);
    // What ends TLS there has to have seen it: from then on a connection that it refuses is passed on to another server.
    const refuses = await until(async () => !(await said(one, authority.trusted, pair)).startsWith("mail") || undefined, 20_000);
    expect(refuses).to.equal(true);
    for (let i = 0; i < 6; i++) expect((await greeting(port)).server).to.equal("mail-a-2");
    expect(await becomes("mail-a-1", "DOWN")).to.equal(true);
    await new Promise<void>((resolve) => apps["mail-a-1"].listen(one.plan.appPort, "127.0.0.1", resolve));
    const back = await until(async () => (await greeting(port)).server === "mail-a-1" || undefined, 20_000);
    expect(back).to.equal(true);
  });

  for (const [version, header] of [
    ["v1", (from: number) => Buffer.from(`PROXY TCP4 127.0.0.1 127.0.0.1 ${from} `).toString("hex")],
    ["v2", (from: number) => VERSION_2 + from.toString(16).padStart(4, "0")],
  ] as const)
    it(`tell the app who the client is by PROXY protocol ${version}, and rollouts ask as balancers do`, async () => {
      const app = createServer({ allowHalfOpen: true }, (socket) => collects(socket));
      const { rollTo } = await pool({ "mail-a-1": app }, { sendProxy: version });
      await rollTo();
      const said = randomBytes(1_000);
      const { heard, from } = await exchange(port, said);
      expect(heard.toString("hex"))
        .to.match(new RegExp(`^${header(from)}`))
        .and.match(new RegExp(`${said.toString("hex")}$`));
    });

  it("find a server that takes connections but completes no handshake down where its check is of TLS, and good again", async () => {
    const { certificate, privateKey } = await makeTheirs(SNI);
    // It reads, or a connection that its client has closed would stay.
    const mute = createServer((socket) => socket.on("error", () => undefined).resume());
    const { servers, rollTo } = await pool({ "mail-a-1": mute }, {}, tlsCheck(SNI, { interval: "100ms", timeout: "1s" }));
    expect(await complaint(rollTo())).to.match(/mail-a-1 does not pass its health check within 5s: a TLS handshake with /);
    const { appPort = 0 } = servers["mail-a-1"]?.plan ?? {};
    await closes(mute);
    const asked: string[] = [];
    const SNICallback: tls.TlsOptions["SNICallback"] = (name, done) => {
      asked.push(name);
      done(null);
    };
    const ended = tls.createServer({ cert: certificate, key: privateKey, SNICallback }, (socket) => greets(socket, "mail-a-1"));
    await new Promise<void>((resolve) => ended.listen(appPort, "127.0.0.1", resolve));
    made.later(() => closes(ended));
    await rollTo([{ sni: SNI, pool: "mail" }]);
    expect((await greeting(port, SNI)).server).to.equal("mail-a-1");
    expect(asked).to.include(SNI);
    expect(await becomes("mail-a-1", "UP")).to.equal(true);
  });

  it("ask an app over HTTP through the TLS around it", async () => {
    const state = { good: false };
    const app = createHttpServer((request, response) => {
      response.writeHead(request.url === "/up" && state.good ? 200 : 500).end("it says");
    });
    const { rollTo } = await pool({ "mail-a-1": app }, {}, httpCheck("/up", PACE));
    expect(await complaint(rollTo())).to.match(
      /mail-a-1 does not pass its health check within 5s: GET https:.*\/up answered 500/,
    );
    state.good = true;
    await rollTo();
    expect((await exchange(port, Buffer.from("GET /up HTTP/1.0\r\n\r\n"))).heard.toString()).to.match(/^HTTP\/1.1 200 /);
    state.good = false;
    expect(await becomes("mail-a-1", "DOWN")).to.equal(true);
  });

  it("have an app hear from nobody but balancers", async () => {
    const greeted: string[] = [];
    const app = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", (bytes) => {
        greeted.push(bytes.toString());
        socket.end();
      });
      socket.write("mail-a-1\n");
    });
    const { servers, rollTo } = await pool({ "mail-a-1": app });
    await rollTo();
    const { "mail-a-1": server = expect.fail("it is not there") } = servers;
    expect(await said(server, authority.trusted, pair)).to.equal("mail-a-1\n");
    expect(await said(server, authority.trusted), "without a certificate").to.match(/ALERT_CERTIFICATE_REQUIRED|ECONNRESET/);
    const neighbour = await certified(authority, `two.${server.certifiedName}`, "client");
    expect(await said(server, authority.trusted, neighbour), "with another name").to.match(/^(|ECONNRESET)$/);
    const other = await certified(authority, PEER, "server");
    expect(await said(server, authority.trusted, other), "with a server's certificate").to.match(/ALERT|ECONNRESET/);
    expect(greeted).to.deep.equal(["hello"]);
  });

  it("end a connection that was silent for as long as the pool says, at the server too", async () => {
    const { servers, rollTo } = await pool({ "mail-a-1": greeter("mail-a-1") }, { tunnelTimeout: "1s" });
    await rollTo();
    const { "mail-a-1": one = expect.fail("it is not there") } = servers;
    for (const silent of [connect(port, "127.0.0.1"), toServer(one, authority.trusted, pair)]) {
      made.later(() => silent.destroy());
      silent.on("error", () => undefined).resume();
      await new Promise((resolve) => silent.once("close", resolve));
    }
  });
});

/** A server that says who it is before its client says anything, and then the same as its client. */
function greeter(name: string): Server {
  return createServer((socket) => greets(socket, name));
}

function greets(socket: Socket, name: string): void {
  socket.on("error", () => socket.destroy());
  socket.write(`${name}\n`);
  socket.pipe(socket);
}

/** Hears a client to its end, and says all of it back. */
function collects(socket: Socket): void {
  const heard: Buffer[] = [];
  socket.on("error", () => socket.destroy());
  socket.on("data", (part: Buffer) => heard.push(part));
  socket.on("end", () => socket.end(Buffer.concat(heard)));
}

/** Says something to the end, from some port, and hears what comes back to its end. */
function exchange(port: number, said: Buffer): Promise<{ heard: Buffer; from: number }> {
  return new Promise((resolve, reject) => {
    const heard: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("data", (part: Buffer) => heard.push(part));
    socket.on("end", () => {
      const { localPort: from = 0 } = socket;
      socket.destroy();
      resolve({ heard: Buffer.concat(heard), from });
    });
    socket.on("error", reject);
    socket.end(said);
  });
}

/** Connects to a server, as who shows a certificate or none. */
function toServer({ server, certifiedName }: TerminatedServer<Server>, trusted: string, shown?: Issued): tls.TLSSocket {
  const identity = shown === undefined ? {} : { cert: shown.certificate, key: shown.privateKey };
  return tls.connect({ host: "127.0.0.1", port: server.port, servername: certifiedName, ca: trusted, ...identity });
}

/** What somebody who shows a certificate hears first of a server, or why nothing. */
function said(server: TerminatedServer<Server>, trusted: string, shown?: Issued): Promise<string> {
  return new Promise((resolve) => {
    const socket = toServer(server, trusted, shown);
    let heard = "";
    socket.once("data", (bytes: Buffer) => {
      heard = bytes.toString();
      socket.end("hello");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once("close", () => resolve(heard));
  });
}
