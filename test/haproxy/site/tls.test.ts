import { expect } from "chai";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import * as http2 from "node:http2";
import * as path from "node:path";
import type { StackInput } from "../../../components/model/stack";
import { type MadeCertificate, makeCertificate } from "../../support/certificates";
import { answerOn, type Asking, EchoedSocket, getOverTls, HttpsLoad } from "../../support/clients/https-client";
import { freePorts } from "../../support/free-ports";
import { EnginelessSite, quickStack, type SiteOptions } from "../../support/engineless/site";
import { showsOneCertificate } from "../../support/plugins/shows-one-certificate";
import { scratch } from "../../support/scratch";

const DOMAIN = "shop.localhost";
const OTHER = "other.localhost";
const APP = path.join(__dirname, "../../support/apps/echoes.mjs");
/** Processes that no change of certificates starts anew. */
const KEPT = ["shop-primary", "shop-secondary", "shop-front"];

const made = scratch();

type Certificates = Readonly<Record<string, MadeCertificate>>;

describe("A site with certificates", () => {
  let shop: MadeCertificate;
  let successor: MadeCertificate;
  let other: MadeCertificate;
  let failover: { readonly port: number; readonly httpsPort: number };

  before(async () => {
    [shop, successor] = [await makeCertificate({ names: [DOMAIN] }), await makeCertificate({ names: [DOMAIN], key: "rsa2048" })];
    other = await makeCertificate({ names: [OTHER] });
  });
  beforeEach(async () => {
    const { port, httpsPort } = await freePorts("port", "httpsPort");
    failover = { port, httpsPort };
  });

  /** A stack with these certificates, each with the secret of its name; without any there is no TLS. */
  function stackWith(certificates: Certificates = {}): StackInput {
    const entries = Object.entries(certificates).map(
      ([name, { certificate }]) => [name, { certificate, key: { secret: `${name}-key` } }] as const,
    );
    const tls = { certificates: Object.fromEntries(entries), hsts: { maxAge: "24h", includeSubDomains: true } };
    return {
      ...quickStack(),
      site: { name: "shop", domain: DOMAIN },
      ...(entries.length === 0 ? { failover: { port: failover.port } } : { failover, tls }),
    };
  }

  const keys = (given: Certificates): Record<string, string> =>
    Object.fromEntries(Object.entries(given).map(([name, { key }]) => [`${name}-key`, key]));
  async function upWith(certificates: Certificates, options: SiteOptions = {}): Promise<EnginelessSite> {
    const site = EnginelessSite.make(made, stackWith(certificates), { apps: { web: APP }, ...options });
    site.setSecrets(keys(certificates));
    await site.up();
    return site;
  }
  const change = async (site: EnginelessSite, certificates: Certificates): Promise<unknown> => {
    site.setSecrets(keys(certificates));
    return site.up(stackWith(certificates));
  };
  const asking = ({ authority }: MadeCertificate, servername = DOMAIN): Asking => ({ ca: authority, servername });

  it("gets them without a balancer being started anew, and is unchanged by another run", async () => {
    const site = await upWith({});
    const before = processNumbers(site);
    expect(site.url).to.match(/^http:/);
    await change(site, { shop, other });
    expect(processNumbers(site)).to.deep.equal(before);
    expect(site.url).to.equal(`https://127.0.0.1:${failover.httpsPort}`);
    expect(site.deployment.clientCertificates).to.have.all.keys("other", "shop");
    expect((await site.status()).front.state).to.equal("answers");
    await site.refresh();
    expect((await site.up()).changed).to.deep.equal([]);
  });

  it("shows each client the one for its name, at the entry proxy and at both balancers", async () => {
    const site = await upWith({ shop, other });
    for (const page of [site.url, site.urlOf("primary"), site.urlOf("secondary")]) {
      const answer = await getOverTls(page, asking(shop));
      expect([answer.status, answer.shown], page).to.deep.equal([200, DOMAIN]);
      expect((await getOverTls(page, asking(other, OTHER))).shown).to.equal(OTHER);
      expect(answer.headers["strict-transport-security"]).to.equal("max-age=86400; includeSubDomains");
      expect(JSON.parse(answer.body)).to.include({ "x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1", host: DOMAIN });
    }
  });

  it("redirects HTTP to HTTPS, but for a CA's challenge", async () => {
    const site = await upWith({ shop, other });
    const plain = `http://127.0.0.1:${failover.port}`;
    const answer = await fetch(`${plain}/cart?item=1&n=2`, { redirect: "manual", method: "POST", body: "x" });
    expect([answer.status, answer.headers.get("location")]).to.deep.equal([
      308,
      `https://127.0.0.1:${failover.httpsPort}/cart?item=1&n=2`,
    ]);
    expect(answer.headers.get("strict-transport-security")).to.equal(null);
    const challenge = await fetch(`${plain}/.well-known/acme-challenge/token`, { redirect: "manual" });
    expect(challenge.status).to.equal(200);
    expect(await challenge.json()).to.include({ "x-forwarded-proto": "http" });
    // A client of a balancer itself is redirected to the balancer's own port.
    const byItself = await fetch(`http://127.0.0.1:${nodeOf(site, "primary").port}/`, { redirect: "manual" });
    expect(byItself.headers.get("location")).to.equal(`https://127.0.0.1:${new URL(site.urlOf("primary")).port}/`);
  });

  it("speaks HTTP/2 with clients that can, WebSockets, and serves slow responses", async () => {
    const { url } = await upWith({ shop, other });
    const { ca, servername } = asking(shop);
    const session = http2.connect(url, { ca, servername });
    made.later(() => session.destroy());
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

  it("has a certificate renewed, with a key of another kind, without a lost request or a cut connection, and loses all of them", async () => {
    const site = await upWith({ shop, other });
    const { url } = site;
    const before = processNumbers(site);
    const ca = `${shop.authority}${successor.authority}`;
    const load = new HttpsLoad(url, { ca, servername: DOMAIN });
    made.later(() => load.stop());
    const session = http2.connect(url, asking(shop));
    const sockets = [await EchoedSocket.to(url, asking(shop)), await EchoedSocket.over(session, DOMAIN)];
    const slow = getOverTls(`${url}/?after=4000`, asking(shop));
    await change(site, { shop: successor, other });
    expect((await getOverTls(url, asking(successor))).status).to.equal(200);
    for (const socket of sockets) {
      expect(await socket.echo("still here")).to.equal("still here");
      socket.close();
    }
    session.close();
    expect((await slow).status).to.equal(200);
    const { requests, failures } = await load.stop();
    expect(requests).to.be.greaterThan(50);
    expect(failures).to.deep.equal([]);
    // Those of the configuration before stay, for it may come back: two certificates that changed, two lists, and one of both.
    for (const role of ["primary", "secondary"]) expect(nodeOf(site, role).certificates, role).to.have.length(5);

    await change(site, {});
    expect(processNumbers(site)).to.deep.equal(before);
    expect(site.url).to.match(/^http:/);
    expect((await fetch(site.url)).status).to.equal(200);
    // What the one before the last had is gone.
    for (const role of ["primary", "secondary"]) expect(nodeOf(site, role).certificates, role).to.have.length(3);
    const refused = await getOverTls(url, asking(shop)).catch((error: unknown) => error);
    expect(refused).to.include({ code: "ECONNREFUSED" });
  });

  it("is not touched by a key of another certificate, nor by an expired certificate", async () => {
    const site = await upWith({ shop, other });
    const state = () => [processNumbers(site), nodeOf(site, "primary").text, nodeOf(site, "secondary").text];
    const before = state();
    site.setSecrets(keys({ shop: other, other }));
    expect(await site.failingUp(stackWith({ shop, other }))).to.match(
      /tls\.certificates\.shop\.key +is the secret shop-key, which is not the private key of its certificate$/,
    );
    site.setSecrets(keys({ shop, other }));
    const expired = await makeCertificate({ names: [DOMAIN], from: -90, to: -1 });
    expect(await site.failingUp(stackWith({ shop: expired, other }))).to.match(
      /tls\.certificates\.shop\.certificate +expired at \d{4}-/,
    );
    expect(state()).to.deep.equal(before);
  });

  it("whose renderer shows a certificate to clients of another name is stopped at the secondary, which keeps its configuration", async () => {
    const site = await upWith({ shop }, { broken: showsOneCertificate });
    const before = nodeOf(site, "primary").text;
    site.setSecrets(keys({ shop, other }));
    expect(await site.failingUp(stackWith({ shop, other }))).to.match(
      /the secondary balancer was put back .*: TLS for shop\.localhost shows the certificate other, not the certificate shop as planned/,
    );
    expect(nodeOf(site, "primary").text).to.equal(before);
    for (const role of ["primary", "secondary"] as const)
      expect((await getOverTls(site.urlOf(role), asking(shop))).shown).to.equal(DOMAIN);
  });
});

/** The numbers of its HAProxy processes. */
function processNumbers(site: EnginelessSite): Record<string, number | undefined> {
  const all = site.processes();
  return Object.fromEntries(KEPT.map((name) => [name, all[name]?.pid]));
}

/** What a balancer has in its directory, and its own port for HTTP. */
function nodeOf(site: EnginelessSite, role: string): { text: string; port: number; certificates: string[] } {
  const directory = site.processes()[`shop-${role}`]?.directory ?? "";
  const text = readFileSync(path.join(directory, "haproxy.cfg"), "utf8");
  const port = Number(/^ {2}bind 127\.0\.0\.1:(\d+)$/m.exec(text)?.[1]);
  return { text, port, certificates: readdirSync(directory).filter((file) => file.startsWith("certificate")) };
}
