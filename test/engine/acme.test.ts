import { expect } from "chai";
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { get } from "node:http";
import * as path from "node:path";
import { connect } from "node:tls";
import type { OrderedCertificate } from "../../components/ordered-certificate";
import { ROLES, type StackInput } from "../../components/model/stack";
import { ISSUED, NOT_ORDERED } from "../../components/contracts/acme-certificate";
import { choosePorts } from "../../provider/process/ports";
import { CommandLines } from "../support/programs/command-lines";
import { type Pebble, requirePebble, startPebble } from "../support/programs/pebble";
import { smallStack, TestSite } from "../support/sites/test-site";

const SHOP = "shop.example.com";
const CHALLENGE = "/.well-known/acme-challenge/a-token_1";
const KEY = /PRIVATE KEY-----[A-Za-z0-9+/=\s]+/;

describe("A site whose certificate is ordered by ACME", () => {
  let site: TestSite;
  let pebble: Pebble;
  let port: number;
  let httpsPort: number;
  /** What the engine printed. */
  const printed: string[] = [];
  const made: { remove(): Promise<void> }[] = [];
  before(async function () {
    requirePebble(this);
    ({ page: port = 0, https: httpsPort = 0 } = await choosePorts({ page: {}, https: {} }, new Set()));
    pebble = await startPebble({ httpPort: port });
    made.push(pebble);
    site = await TestSite.make(stackWith([SHOP]));
    made.push(site);
  });
  after(async () => {
    await Promise.all(made.map((each) => each.remove()));
  });

  function stackWith(domains: string[], servers?: Record<string, number>): StackInput {
    const { directory, directoryRoot } = pebble;
    const acme = { domains, email: "ops@example.com", agree: true as const, directory, directoryRoot };
    return { ...smallStack(servers), failover: { port, httpsPort }, tls: { acme } };
  }

  async function up(...args: string[]): Promise<string> {
    const text = await site.up(...args);
    printed.push(text);
    return text;
  }

  async function ordered(): Promise<OrderedCertificate> {
    const { orderedCertificate } = await site.deployment();
    if (orderedCertificate === undefined) throw new Error("there is none");
    return orderedCertificate;
  }

  /** What the state says of the certificate: a run that fails leaves the stack's outputs as they were. */
  function inState(resources = site.resources()): Record<string, unknown> {
    const certificate = resources.find(({ type }) => type.endsWith(":AcmeCertificate"))?.outputs;
    if (certificate === undefined) throw new Error("there is none in the state");
    return certificate;
  }

  /** Has the time come at which it is renewed. */
  function makeDue(): void {
    site.changeResources((resources) => (inState(resources).renewsFrom = new Date().toISOString()));
  }

  /** The certificates that clients are shown, by who shows it; fails for one that a browser would not take. */
  async function shown(roles: readonly string[] = ROLES, trusted?: string): Promise<Record<string, X509Certificate>> {
    const { loadBalancers, url } = await site.deployment();
    const urls = [...roles.map((role) => [role, loadBalancers[role]?.url ?? ""] as const), ["front", url] as const];
    const ca = trusted ?? (await pebble.root());
    const all = await Promise.all(urls.map(async ([who, at]) => [who, await certificateAt(at, ca)] as const));
    return Object.fromEntries(all);
  }

  async function serials(roles?: readonly string[], trusted?: string): Promise<string[]> {
    return [...new Set(Object.values(await shown(roles, trusted)).map(({ serialNumber }) => serialNumber))];
  }

  /** The ports at which each balancer, and the front, is asked over HTTP. */
  async function httpPorts(): Promise<string[]> {
    const balancers = Object.values((await site.deployment()).loadBalancers).map(({ directory = "" }) =>
      readFileSync(path.join(directory, "haproxy.cfg"), "utf8"),
    );
    return [String(port), ...balancers.map((text) => /frontend site\n {2}bind 127\.0\.0\.1:(\d+)\n/.exec(text)?.[1] ?? "")];
  }

  it("first serves over HTTP as before, while each balancer has the answer by which its domains are proven", async () => {
    expect(await up()).to.not.include("warning");
    const { state, isStandIn, thumbprint } = await ordered();
    expect({ state, isStandIn }).to.deep.equal({ state: NOT_ORDERED, isStandIn: true });
    for (const at of await httpPorts()) {
      expect((await overHttp(at, "/")).status, at).to.equal(200);
      expect((await overHttp(at, CHALLENGE)).body).to.equal(`a-token_1.${thumbprint}`);
      // Nothing but a token comes back.
      expect((await overHttp(at, `${CHALLENGE}/x`)).body).to.not.include(thumbprint);
      expect((await overHttp(at, `${CHALLENGE}%0d%0aX:1`)).body).to.not.include(thumbprint);
    }
  });

  it("is certified by the next up: the same certificate on both, and clients are sent to HTTPS", async () => {
    const lines = process.platform === "linux" ? new CommandLines() : undefined;
    await up("--diff");
    const seen = lines?.stop() ?? [];
    expect(await ordered()).to.deep.include({ state: ISSUED, isStandIn: false });
    expect(await serials()).to.have.length(1);
    expect((await shown()).primary?.subjectAltName).to.equal(`DNS:${SHOP}`);
    for (const at of await httpPorts()) {
      const { status, location } = await overHttp(at, "/a?b");
      expect(status).to.equal(308);
      expect(location).to.match(/^https:\/\/shop\.example\.com:\d+\/a\?b$/);
      expect((await overHttp(at, CHALLENGE)).status).to.equal(200);
    }
    // Other tests give their stacks secrets meanwhile.
    const ofUps = seen.filter((line) => !line.includes(" config set-all "));
    expect(ofUps.filter((line) => KEY.test(line))).to.deep.equal([]);
    expect(await up()).to.match(/\d+ unchanged/);
  });

  it("has its private keys in the state, encrypted, and for its user alone on the balancers' disks", async () => {
    expect(printed.filter((text) => KEY.test(text))).to.deep.equal([]);
    expect(JSON.stringify(await site.outputs())).to.not.include("PRIVATE KEY");
    expect(readFileSync(site.stateFile(), "utf8")).to.not.match(KEY);
    for (const { directory = "" } of Object.values((await site.deployment()).loadBalancers)) {
      const holding = readdirSync(directory).filter((file) => {
        const at = path.join(directory, file);
        return statSync(at).isFile() && KEY.test(readFileSync(at, "utf8"));
      });
      expect(holding).to.not.deep.equal([]);
      for (const file of holding) expect(statSync(path.join(directory, file)).mode & 0o777, file).to.equal(0o600);
    }
  });

  for (const role of ROLES) {
    it(`is renewed while the ${role} is dead: the other one proves the domains, and what heals brings it to both`, async () => {
      const [before] = await serials();
      makeDue();
      site.kill(`shop-${role}`);
      await site.failingUp();
      // It was issued; what can't be brought to both is brought to none.
      const { state, renewsFrom } = inState();
      expect(state).to.equal(ISSUED);
      expect(Date.parse(String(renewsFrom))).to.be.greaterThan(Date.now());
      expect(await serials(ROLES.filter((other) => other !== role))).to.deep.equal([before]);

      await up("--refresh");
      const after = await serials();
      expect(after).to.have.length(1).and.to.not.include(before);
      expect((await ordered()).renewsFrom).to.equal(renewsFrom);
    });
  }

  it("goes on with the one that it has when the authority is down, and so does every other change", async () => {
    const before = await serials();
    const trusted = await pebble.root();
    makeDue();
    await pebble.stop();
    site.change(stackWith([SHOP], { a: 2, b: 1 }));
    const text = await up();
    expect(text).to.match(
      /no certificate was issued: the account at https:\/\/localhost:\d+\/dir: localhost:\d+: connection refused; the one before is good until/,
    );
    expect(await serials(ROLES, trusted)).to.deep.equal(before);
    expect(Object.keys((await site.deployment()).servers)).to.include("web-a-2");

    await pebble.start();
    await up();
    expect(await serials())
      .to.have.length(1)
      .and.to.not.include(before[0]);
  });

  it("names the domain that can't be proven, and keeps the certificate of the others", async () => {
    const before = await serials();
    pebble.unknown.add("new.example.com");
    site.change(stackWith([SHOP, "new.example.com"]));
    expect(await up()).to.match(/no certificate was issued: new\.example\.com: /);
    expect(await serials()).to.deep.equal(before);
    expect((await ordered()).state).to.match(/^new\.example\.com: /);

    pebble.unknown.clear();
    await up();
    expect((await shown()).primary?.subjectAltName).to.equal(`DNS:${SHOP}, DNS:new.example.com`);
    expect(await up()).to.match(/\d+ unchanged/);
  });
});

/** An answer over HTTP, on a connection of its own: one from before a reload may be answered once more as before it. */
function overHttp(port: string, wanted: string): Promise<{ status: number; location: string; body: string }> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: wanted, agent: false, headers: { host: SHOP } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      const { statusCode: status = 0, headers } = response;
      response.on("end", () => resolve({ status, location: headers.location ?? "", body }));
    });
    request.on("error", reject);
  });
}

/** The certificate that is shown for the shop. */
function certificateAt(url: string, ca: string): Promise<X509Certificate> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), servername: SHOP, ca }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      resolve(new X509Certificate(raw));
    });
    socket.on("error", reject);
  });
}
