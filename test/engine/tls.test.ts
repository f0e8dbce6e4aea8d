import { expect } from "chai";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import * as http2 from "node:http2";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { choosePorts } from "../../provider/process/ports";
import { type MadeCertificate, makeCertificate } from "../support/certificates";
import { CommandLines } from "../support/programs/command-lines";
import { answerOn, type Asking, EchoedSocket, getOverTls, HttpsLoad } from "../support/clients/https-client";
import { showsOneCertificate } from "../support/plugins/shows-one-certificate";
import { ROOT, smallStack, TestSite } from "../support/sites/test-site";

const DOMAIN = "shop.localhost";
const OTHER = "other.localhost";

describe("A site with certificates", () => {
  let site: TestSite;
  let [shop, other, successor]: MadeCertificate[] = [];
  let failover: StackInput["failover"];
  /** What the engine printed. */
  const printed: string[] = [];

  before(async () => {
    const { page, https } = await choosePorts({ page: {}, https: {} }, new Set());
    failover = { port: page, httpsPort: https };
    [shop, successor] = [await makeCertificate({ names: [DOMAIN] }), await makeCertificate({ names: [DOMAIN], key: "rsa2048" })];
    other = await makeCertificate({ names: [OTHER] });
    site = await TestSite.make(stackWith());
  });
  after(() => site.remove());

  /** A stack with these certificates, each with the secret of its name; without any there is no TLS. */
  function stackWith(certificates: Record<string, MadeCertificate | undefined> = {}): StackInput {
    const entries = Object.entries(certificates).map(
      ([name, made]) => [name, { certificate: made?.certificate ?? "", key: { secret: `${name}-key` } }] as const,
    );
    const app = { command: `exec node ${path.join(ROOT, "test/support/apps/echoes.mjs")}` };
    return {
      ...smallStack({ a: 1, b: 1 }, { app, healthCheck: { path: "/", interval: "200ms" } }),
      site: { name: "shop", domain: DOMAIN },
      ...(entries.length === 0
        ? { failover: { port: failover?.port } }
        : {
            failover,
            tls: { certificates: Object.fromEntries(entries), hsts: { maxAge: "24h", includeSubDomains: true } },
          }),
    };
  }

  const keys = (given: Record<string, MadeCertificate | undefined>): Record<string, string> =>
    Object.fromEntries(Object.entries(given).map(([name, made]) => [`${name}-key`, made?.key ?? ""]));

  async function run(...args: string[]): Promise<string> {
    const { text } = await site.run(args);
    printed.push(text);
    return text;
  }

  async function up(...args: string[]): Promise<string> {
    const text = await run("up", "--yes", "--skip-preview", "--diff", ...args);
    expect(text).to.match(/Resources:\n/);
    return text;
  }

  const asking = (made: MadeCertificate | undefined, servername = DOMAIN): Asking => ({ ca: made?.authority ?? "", servername });
  const balancers = (): Record<string, number | undefined> => {
    const all = site.processes();
    return Object.fromEntries(["shop-primary", "shop-secondary", "web-a-1", "web-b-1"].map((name) => [name, all[name]?.pid]));
  };

  it("gets them without a balancer being started anew", async () => {
    await site.up();
    const [before, url] = [balancers(), (await site.deployment()).url];
    expect(url).to.match(/^http:/);
    site.change(stackWith({ shop, other }));
    await site.setSecrets(keys({ shop, other }));
    const lines = new CommandLines();
    await run("preview", "--diff");
    await up();
    const seen = lines.stop();
    expect(leaks(seen)).to.deep.equal([]);
    expect(balancers()).to.deep.equal(before);
    const after = await site.deployment();
    expect(after.url).to.equal(`https://127.0.0.1:${failover?.httpsPort ?? 0}`);
    expect(Object.keys(after.clientCertificates ?? {})).to.deep.equal(["other", "shop"]);
    expect((await site.status()).front.state).to.equal("answers");
    expect(await run("up", "--yes", "--skip-preview", "--refresh"))
      .to.match(/\d+ unchanged/)
      .and.not.match(/updated|replaced/);
  });

  it("shows each client the one for its name, at the front and at both balancers", async () => {
    const { url, loadBalancers } = await site.deployment();
    for (const page of [url, loadBalancers.primary?.url ?? "", loadBalancers.secondary?.url ?? ""]) {
      const answer = await getOverTls(page, asking(shop));
      expect([answer.status, answer.shown], page).to.deep.equal([200, DOMAIN]);
      expect((await getOverTls(page, asking(other, OTHER))).shown).to.equal(OTHER);
      expect(answer.headers["strict-transport-security"]).to.equal("max-age=86400; includeSubDomains");
      expect(JSON.parse(answer.body)).to.include({ "x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1", host: DOMAIN });
    }
  });

  it("sends what asks over HTTP to HTTPS, but for an authority's question", async () => {
    const { loadBalancers } = await site.deployment();
    const plain = `http://127.0.0.1:${failover?.port ?? 0}`;
    const answer = await fetch(`${plain}/cart?item=1&n=2`, { redirect: "manual", method: "POST", body: "x" });
    expect([answer.status, answer.headers.get("location")]).to.deep.equal([
      308,
      `https://127.0.0.1:${failover?.httpsPort ?? 0}/cart?item=1&n=2`,
    ]);
    expect(answer.headers.get("strict-transport-security")).to.equal(null);
    const challenge = await fetch(`${plain}/.well-known/acme-challenge/token`, { redirect: "manual" });
    expect(challenge.status).to.equal(200);
    expect(await challenge.json()).to.include({ "x-forwarded-proto": "http" });
    // Whoever asks a balancer by itself is sent to its own port.
    const primary = new URL(loadBalancers.primary?.url ?? "");
    const { site: own } = nodeOf("primary");
    const byItself = await fetch(`http://127.0.0.1:${own}/`, { redirect: "manual" });
    expect(byItself.headers.get("location")).to.equal(`https://127.0.0.1:${primary.port}/`);
  });

  it("speaks HTTP/2 with whoever can, WebSockets, and answers that take long", async () => {
    const { url } = await site.deployment();
    const { ca, servername } = asking(shop);
    const session = http2.connect(url, { ca, servername });
    await once(session, "connect");
    expect(session.alpnProtocol).to.equal("h2");
    expect(await Promise.all(["/", "/?after=500", "/x"].map((asked) => answerOn(session, DOMAIN, asked)))).to.deep.equal([
      200, 200, 200,
    ]);
    const beside = await EchoedSocket.over(session, DOMAIN);
    expect(await beside.echo("hello")).to.equal("hello");
    beside.close();
    session.close();
    const socket = await EchoedSocket.to(url, asking(shop));
    expect(await socket.echo("hello")).to.equal("hello");
    socket.close();
  });

  it("has a certificate renewed, with a key of another kind, without a lost request or a cut connection", async () => {
    const { url } = await site.deployment();
    const ca = `${shop?.authority ?? ""}${successor?.authority ?? ""}`;
    const load = new HttpsLoad(url, { ca, servername: DOMAIN });
    const session = http2.connect(url, asking(shop));
    const sockets = [await EchoedSocket.to(url, asking(shop)), await EchoedSocket.over(session, DOMAIN)];
    const long = getOverTls(`${url}/?after=6000`, asking(shop));
    site.change(stackWith({ shop: successor, other }));
    await site.setSecrets(keys({ shop: successor, other }));
    await up();
    expect((await getOverTls(url, asking(successor))).status).to.equal(200);
    for (const socket of sockets) {
      expect(await socket.echo("still here")).to.equal("still here");
      socket.close();
    }
    session.close();
    expect((await long).status).to.equal(200);
    const { requests, refused, failures } = await load.stop();
    console.log(`      ${failures.length} failed of ${requests}; ${refused} of HTTP/2 refused unprocessed, and asked again`);
    expect(requests).to.be.greaterThan(100);
    expect(failures).to.deep.equal([]);
    // Those of the configuration before stay, for it may come back: two certificates that changed, two lists, and one of both.
    for (const role of ["primary", "secondary"]) expect(nodeOf(role).certificates, role).to.have.length(5);
  });

  it("is not touched by a key that is another's, nor by a certificate that is no more", async () => {
    const before = [balancers(), nodeOf("primary").configuration, nodeOf("secondary").configuration];
    await site.setSecrets(keys({ shop: other, other }));
    const text = await run("up", "--yes", "--skip-preview");
    expect(text).to.match(
      /tls\.certificates\.shop\.key +is the secret shop-key, which is not the private key of its certificate\n/,
    );
    await site.setSecrets(keys({ shop: successor, other }));
    site.change(stackWith({ shop: await makeCertificate({ names: [DOMAIN], from: -90, to: -1 }), other }));
    expect(await run("up", "--yes", "--skip-preview")).to.match(/tls\.certificates\.shop\.certificate +expired at \d{4}-/);
    expect([balancers(), nodeOf("primary").configuration, nodeOf("secondary").configuration]).to.deep.equal(before);
  });

  it("warns of one that ends soon", async () => {
    const soon = await makeCertificate({ names: [DOMAIN], from: -80, to: 9 });
    site.change(stackWith({ shop: soon, other }));
    await site.setSecrets(keys({ shop: soon, other }));
    expect(await run("preview")).to.match(
      /warning: .*tls\.certificates\.shop is good until \d{4}-\d\d-\d\d: put its successor in its place/,
    );
  });

  it("has its keys in nothing that was printed, in no output, and in clear in no file of the state", async () => {
    await run("stack", "output", "--json", "--show-secrets", "--stack", "test");
    await run("stack", "export", "--stack", "test");
    expect(printed.some((text) => text.includes("certificateKeys"))).to.equal(true);
    expect(leaks([...printed, readFileSync(site.stateFile(), "utf8")])).to.deep.equal([]);
  });

  it("loses them again, and the ports that were for them", async () => {
    const before = balancers();
    site.change(stackWith());
    await up();
    expect(balancers()).to.deep.equal(before);
    const { url } = await site.deployment();
    expect(url).to.match(/^http:/);
    expect((await fetch(url)).status).to.equal(200);
    // What the one before the last had is gone.
    for (const role of ["primary", "secondary"]) expect(nodeOf(role).certificates, role).to.have.length(3);
    await expectRefused(`https://127.0.0.1:${failover?.httpsPort ?? 0}`);
  });

  /** The texts among these that hold a private key. */
  function leaks(texts: readonly string[]): string[] {
    const parts = [shop, other, successor].map((made) => made?.key.split("\n")[2] ?? "none");
    return texts.filter((text) => text.includes("PRIVATE KEY") || parts.some((part) => text.includes(part)));
  }

  /** What a balancer has in its directory. */
  function nodeOf(role: string): { configuration: string; site: number; certificates: string[] } {
    const directory = site.processes()[`shop-${role}`]?.directory ?? "";
    const configuration = readFileSync(path.join(directory, "haproxy.cfg"), "utf8");
    const port = Number(/^ {2}bind 127\.0\.0\.1:(\d+)$/m.exec(configuration)?.[1]);
    return { configuration, site: port, certificates: readdirSync(directory).filter((file) => file.startsWith("certificate")) };
  }

  async function expectRefused(url: string): Promise<void> {
    const outcome = await getOverTls(url, asking(shop)).catch((error: unknown) => error);
    expect(outcome).to.include({ code: "ECONNREFUSED" });
  }
});

describe("A site whose renderer shows a certificate to whom it is not for", () => {
  it("is stopped at the secondary, which goes on with what it had", async () => {
    const [shop, other] = [await makeCertificate({ names: [DOMAIN] }), await makeCertificate({ names: [OTHER] })];
    const { page, https } = await choosePorts({ page: {}, https: {} }, new Set());
    const entry = ({ certificate }: MadeCertificate) => ({ certificate, key: { secret: "key" } });
    const stack: StackInput = {
      ...smallStack(),
      site: { name: "shop", domain: DOMAIN },
      failover: { port: page, httpsPort: https },
      tls: { certificates: { shop: entry(shop) } },
    };
    const site = await TestSite.make(stack, { broken: showsOneCertificate });
    await site.setSecrets({ key: shop.key, "other-key": other.key });
    await site.up();
    const certificates = { shop: entry(shop), other: { ...entry(other), key: { secret: "other-key" } } };
    site.change({ ...stack, tls: { certificates } });
    const text = await site.failingUp();
    expect(text).to.match(
      /the secondary balancer was put back .*: TLS for shop\.localhost shows the certificate other, not the certificate shop as planned/,
    );
    expect(text).to.not.match(/Rollout shop-primary updat/);
    for (const { url } of Object.values((await site.deployment()).loadBalancers))
      expect((await getOverTls(url, { ca: shop.authority, servername: DOMAIN })).shown).to.equal(DOMAIN);
    await site.remove();
  });
});
