import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { siteStatus } from "../../cli/site-status";
import { cookieValue } from "../../components/haproxy/render/affinity";
import type { StackInput } from "../../components/model/stack";
import { describeResult, startLoad } from "../../drills/load/load";
import { makeAuthority } from "../../provider/keys/x509";
import { until } from "../../provider/wait";
import type { Deployment } from "../../workspace/deployment";
import { type MadeCertificate, makeCertificate } from "../support/certificates";
import { greeting } from "../support/clients/greeting";
import { type Answer, EchoedSocket, getOverTls } from "../support/clients/https-client";
import { freePorts } from "../support/free-ports";
import { CommandLines } from "../support/programs/command-lines";
import { ROOT, TestSite } from "../support/sites/test-site";

const DOMAIN = "shop.localhost";
const OTHER = "other.localhost";
const SNI = "mail.example.com";
/** Every client here comes from this machine: as a trusted proxy, it says who its clients are. */
const HERE = "127.0.0.0/8";
const PER_HOUR = 5;
const appOf = (file: string): string => `exec node ${path.join(ROOT, file)}`;
const QUICK = { healthCheck: { type: "tcp", interval: "200ms", fall: 10, rise: 1 }, slowStart: "0s" } as const;

/*
 * What each feature does is tested without the engine, in test/haproxy/site. Here one site has all of them, to show that each reaches the
 * balancers from a stack file.
 */
describe("A site with every feature", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "ek-features-"));
  /** What the engine printed. */
  const printed: string[] = [];
  let ports: Record<"page" | "https" | "passed", number>;
  let [shop, other, successor]: MadeCertificate[] = [];
  let site: TestSite;
  let deployment: Deployment;

  before(async () => {
    ports = await freePorts("page", "https", "passed");
    [shop, other, successor] = [
      await makeCertificate({ names: [DOMAIN] }),
      await makeCertificate({ names: [OTHER] }),
      await makeCertificate({ names: [DOMAIN], key: "rsa2048" }),
    ];
    const { certificate, privateKey } = await makeAuthority(SNI);
    writeFileSync(path.join(folder, "mail.pem"), certificate + privateKey);
    site = await TestSite.make(stackWith(shop));
    await site.setSecrets(keys(shop));
  });
  after(async () => {
    await site.remove();
    rmSync(folder, { recursive: true });
  });

  const keys = (made: MadeCertificate | undefined) => ({ "shop-key": made?.key ?? "", "other-key": other?.key ?? "" });

  /** A stack with every feature; the web pool's own weight and one more route are what changes. */
  function stackWith(
    made: MadeCertificate | undefined,
    changes: { weight?: number; routes?: StackInput["routes"] } = {},
  ): StackInput {
    return {
      site: { name: "shop", domain: DOMAIN },
      dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
      loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
      failover: { port: ports.page, httpsPort: ports.https },
      pools: {
        web: {
          ...QUICK,
          servers: { a: 1, b: 2 },
          healthCheck: { interval: "500ms", fall: 3, rise: 1, status: "200", body: "ok", headers: { "x-check": "1" } },
          affinity: { cookie: "kept" },
          weights: { a: changes.weight ?? 100, b: 100 },
          outlierDetection: { errors: 50, ejectFor: "10s" },
          whenAllDown: { page: { body: "Back soon.", contentType: "text/plain", retryAfter: "30s" } },
          minimumHealthy: { b: 2 },
          tunnelTimeout: "1h",
        },
        api: { ...QUICK, servers: { a: 1 }, app: { command: appOf("test/support/apps/echoes.mjs") } },
        mail: {
          ...QUICK,
          servers: { b: 1 },
          protocol: "tcp",
          healthCheck: { type: "tls", interval: "500ms" },
          app: { command: appOf("test/support/apps/tls-greeter.mjs"), environment: { PEM: path.join(folder, "mail.pem") } },
        },
        told: {
          ...QUICK,
          servers: { a: 1 },
          protocol: "tcp",
          sendProxy: "v2",
          app: { command: appOf("drills/changes/every-key/told.mjs"), environment: { PROXY: "v2" } },
        },
      },
      routes: [
        ...(changes.routes ?? []),
        { path: "/api/*", pool: "api", requestHeaders: { set: { "x-route": "api" } } },
        { path: "/old/*", redirect: { status: 307, host: "www.example.com", path: "/new/*" } },
        { path: "/canary", pools: { web: 0, api: 1 }, stickyCookie: "share" },
        { path: "/gone", respond: { status: 410, body: "gone" } },
        { pool: "web" },
      ],
      passthrough: { port: ports.passed, routes: [{ sni: SNI, pool: "mail" }, { pool: "told" }] },
      limits: {
        rate: { requests: PER_HOUR, per: "1h" },
        exempt: [HERE],
        deny: ["198.51.100.0/24"],
        trustedProxies: [HERE],
      },
      logs: { access: true },
      metrics: { enabled: true },
      tls: {
        certificates: {
          shop: { certificate: made?.certificate ?? "", key: { secret: "shop-key" } },
          other: { certificate: other?.certificate ?? "", key: { secret: "other-key" } },
        },
        hsts: { maxAge: "24h" },
      },
      rollout: { drainWithin: "2s" },
    };
  }

  async function run(...args: string[]): Promise<string> {
    const { text } = await site.run(args);
    printed.push(text);
    return text;
  }

  const up = (...args: string[]): Promise<string> => run("up", "--yes", "--skip-preview", "--diff", ...args);
  const get = (page: string, headers: Record<string, string> = {}): Promise<Answer> =>
    getOverTls(new URL(page, deployment.url).href, { ca: shop?.authority ?? "", servername: DOMAIN }, false, headers);
  const from = async (client: string): Promise<number> => (await get("/", { "x-forwarded-for": client })).status;
  const processNumbers = (): Record<string, number> =>
    Object.fromEntries(Object.entries(site.processes()).map(([name, { pid }]) => [name, pid]));

  it("comes up, without a private key on a command line, in what is printed or in its state", async () => {
    const lines = new CommandLines();
    await run("preview", "--diff");
    expect(await up()).to.match(/Resources:\n/);
    const seen = lines.stop();
    await run("stack", "output", "--json", "--show-secrets", "--stack", "test");
    await run("stack", "export", "--stack", "test");
    expect(printed.some((text) => text.includes("certificateKeys"))).to.equal(true);
    expect(leaks([...seen, ...printed, readFileSync(site.stateFile(), "utf8")])).to.deep.equal([]);
    deployment = await site.deployment();
    expect(deployment.url).to.equal(`https://127.0.0.1:${ports.https}`);
    expect(deployment.clientCertificates).to.have.all.keys("other", "shop");
    expect(deployment.minimumHealthy).to.deep.equal({ web: { b: 2 } });
  });

  it("shows each client the certificate for its name, at the entry proxy and at both balancers, and redirects HTTP", async () => {
    const { primary, secondary } = deployment.loadBalancers;
    for (const page of [deployment.url, primary?.url ?? "", secondary?.url ?? ""]) {
      const answer = await getOverTls(page, { ca: shop?.authority ?? "", servername: DOMAIN });
      expect([answer.status, answer.shown], page).to.deep.equal([200, DOMAIN]);
      expect(answer.headers["strict-transport-security"]).to.equal("max-age=86400");
      expect((await getOverTls(page, { ca: other?.authority ?? "", servername: OTHER })).shown).to.equal(OTHER);
    }
    const plain = await fetch(`http://127.0.0.1:${ports.page}/cart`, { redirect: "manual" });
    expect([plain.status, plain.headers.get("location")]).to.deep.equal([308, `https://127.0.0.1:${ports.https}/cart`]);
  });

  it("routes requests to a pool, by weight, to another host, or to an answer of the balancer", async () => {
    const api = await get("/api/orders", { "x-forwarded-for": "203.0.113.9" });
    expect(JSON.parse(api.body)).to.include({
      "x-route": "api",
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-proto": "https",
      host: DOMAIN,
    });
    const old = await get("/old/x");
    expect([old.status, old.headers.location]).to.deep.equal([307, "//www.example.com/new/x"]);
    expect(String((await get("/canary")).headers["set-cookie"])).to.match(/^share=/);
    const gone = await get("/gone");
    expect([gone.status, gone.body]).to.deep.equal([410, "gone"]);
  });

  it("keeps a client at its server by a cookie, and a WebSocket", async () => {
    expect(String((await get("/")).headers["set-cookie"])).to.match(/^kept=/);
    for (const server of ["web-a-1", "web-b-2"])
      for (let i = 0; i < 3; i++)
        expect((await get("/whoami", { cookie: `kept=${cookieValue(server)}` })).headers["x-evenkeel-server"]).to.equal(server);
    const socket = await EchoedSocket.to(`${deployment.url}/api/socket`, { ca: shop?.authority ?? "", servername: DOMAIN });
    expect(await socket.echo("hello")).to.equal("hello");
    socket.close();
  });

  it("limits clients on both balancers", async () => {
    expect([await from("198.51.100.1"), await from("203.0.113.1")]).to.deep.equal([403, 200]);
    const refused = until(async () => ((await from("203.0.113.1")) === 429 ? true : undefined), 20_000);
    expect(await refused).to.equal(true);
    expect(await from("203.0.113.2")).to.equal(200);
  });

  it("passes connections on by the name that their TLS asks for, with PROXY protocol where the app takes it", async () => {
    const { server, certificate } = await greeting(ports.passed, SNI);
    expect(server).to.equal("mail-b-1");
    expect(certificate).to.include(SNI);
    const told = await fetch(`http://127.0.0.1:${ports.passed}/`);
    expect([told.headers.get("x-evenkeel-server"), await told.text()]).to.deep.equal(["told-a-1", "told"]);
  });

  it("serves metrics, and logs requests", async () => {
    await get("/logged?password=hunter2");
    const texts: string[] = [];
    for (const { metrics = "", accessLog = "" } of Object.values(deployment.loadBalancers)) {
      const text = await (await fetch(metrics)).text();
      expect(text).to.match(/^haproxy_server_check_status\{proxy="web",server="web-a-1",state="L7OK"\} 1$/m);
      texts.push(accessLog);
    }
    const logged = (): string => texts.map((file) => readFileSync(file, "utf8")).join("");
    expect(await until(() => (logged().includes('/logged"') ? true : undefined), 20_000)).to.equal(true);
    expect(logged()).to.not.include("hunter2");
  });

  it("changes weights, routes and a certificate under load without a lost request or a restarted process", async () => {
    const before = processNumbers();
    const ca = `${shop?.authority ?? ""}${successor?.authority ?? ""}`;
    const headers = { host: DOMAIN };
    const load = await startLoad([
      { url: deployment.url, tls: { ca }, headers, requestsPerSecond: 30 },
      { url: deployment.url, tls: { ca }, headers, requestsPerSecond: 5, keepAlive: false, path: "/api/x" },
    ]);
    try {
      site.change(stackWith(successor, { weight: 20, routes: [{ path: "/cart", pool: "api" }] }));
      await site.setSecrets(keys(successor));
      await up();
      const { sent } = await load.snapshot();
      await load.until((seen) => seen.sent > sent + 50, 60_000);
    } finally {
      const result = await load.stop();
      expect(result.failed, describeResult(result) + JSON.stringify(result.firstFailures)).to.equal(0);
    }
    expect(processNumbers()).to.deep.equal(before);
    shop = successor;
    expect(JSON.parse((await get("/cart")).body)).to.include({ host: DOMAIN });
    expect(leaks([...printed, readFileSync(site.stateFile(), "utf8")])).to.deep.equal([]);
  });

  it("refuses a key of another certificate, and warns of a certificate that ends soon", async () => {
    await site.setSecrets(keys(other));
    const before = processNumbers();
    expect(await up()).to.match(
      /tls\.certificates\.shop\.key +is the secret shop-key, which is not the private key of its certificate\n/,
    );
    expect(processNumbers()).to.deep.equal(before);
    const soon = await makeCertificate({ names: [DOMAIN], from: -80, to: 9 });
    site.change(stackWith(soon));
    await site.setSecrets(keys(soon));
    expect(await run("preview")).to.match(
      /warning: .*tls\.certificates\.shop is good until \d{4}-\d\d-\d\d: put its successor in its place/,
    );
  });

  it("takes no server out for a page that fails everywhere, leaves out a data center below its minimum, and shows a page when all are down", async () => {
    for (let i = 0; i < 20; i++) expect((await get("/status/503")).status).to.equal(503);
    const states = (await siteStatus(deployment)).servers.flatMap(({ seenBy }) => Object.values(seenBy));
    expect(states.map(({ state }) => state)).to.deep.equal(Array(12).fill("UP"));
    site.kill("web-b-1");
    const short = [{ pool: "web", dataCenter: "b", passing: 1, of: 2, minimum: 2 }];
    const leftOut = await until(async () => {
      const { balancers } = await siteStatus(deployment);
      return balancers.every(({ leavesOut = [] }) => leavesOut.length > 0)
        ? balancers.map(({ leavesOut }) => leavesOut)
        : undefined;
    }, 30_000);
    expect(leftOut).to.deep.equal([short, short]);
    for (const server of ["web-a-1", "web-b-2"]) site.kill(server);
    const page = await until(async () => {
      const answer = await get("/");
      return answer.body === "Back soon." ? answer.status : undefined;
    }, 30_000);
    expect(page).to.equal(503);
  });

  /** The texts among these that hold a private key. */
  function leaks(texts: readonly string[]): string[] {
    const parts = [shop, other, successor].map((made) => made?.key.split("\n")[2] ?? "none");
    return texts.filter((text) => text.includes("PRIVATE KEY") || parts.some((part) => text.includes(part)));
  }
});
