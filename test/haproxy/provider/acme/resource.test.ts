import { X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:http";
import { expect } from "chai";
import { AcmeCertificateResource } from "../../../../provider/acme/resource";
import {
  type AcmeCertificateInputs,
  type AcmeCertificateOutputs,
  ISSUED,
  NOT_ORDERED,
} from "../../../../components/contracts/acme-certificate";
import { type Operation, UNKNOWN } from "../../../../provider/resource";
import { type Pebble, requirePebble, startPebble } from "../../../support/programs/pebble";
import { scratch } from "../../../support/scratch";

const SHOP = ["shop.example.com", "www.shop.example.com"];
const CHALLENGES = "/.well-known/acme-challenge/";

describe("A certificate of an ACME server", () => {
  const made = scratch();
  const resource = new AcmeCertificateResource();
  let pebble: Pebble;
  let balancer: Server | undefined;
  /** What whoever stands at the domains says after a token. */
  let thumbprint: string;
  let warnings: string[];
  let operation: Operation;
  before(async function () {
    requirePebble(this);
    const server = createServer(({ url = "" }, response) => {
      if (url.startsWith(CHALLENGES)) response.end(`${url.slice(CHALLENGES.length)}.${thumbprint}`);
      else response.writeHead(404).end();
    });
    balancer = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    pebble = await startPebble({ httpPort: port, blocked: "blocked.example.com" });
  });
  beforeEach(() => {
    warnings = [];
    operation = {
      ...{ urn: "test", signal: new AbortController().signal },
      ...{ status: () => undefined, warn: (message: string) => warnings.push(message) },
    };
  });
  after(async () => {
    // Without Pebble nothing was started.
    if (balancer === undefined) return;
    balancer.close();
    await pebble.remove();
  });

  const asked = (domains = SHOP): AcmeCertificateInputs => {
    const { directory, directoryRoot } = pebble;
    return { domains, directory, directoryRoot, email: "ops@example.com" };
  };
  const create = async (inputs = asked()): Promise<AcmeCertificateOutputs> => {
    const { outputs } = await resource.create(inputs);
    ({ thumbprint } = outputs);
    return outputs;
  };
  const update = (outputs: AcmeCertificateOutputs, inputs = asked()): Promise<AcmeCertificateOutputs> =>
    resource.update("", inputsOf(outputs), outputs, inputs, operation);

  it("begins with one that nobody trusts, for the account must be known where a domain is proven", async () => {
    const outputs = await create();
    expect(outputs).to.include({ state: NOT_ORDERED, isStandIn: true });
    const certificate = new X509Certificate(outputs.certificate);
    expect(certificate.subjectAltName).to.equal("DNS:not-issued-yet.invalid");
    expect(resource.diff(asked(), outputs, asked())).to.deep.equal({ certificate: "update" });
  });

  it("is ordered by the next run, for all of its domains", async () => {
    const begun = await create();
    const outputs = await update(begun);
    expect(warnings).to.deep.equal([]);
    expect(outputs).to.include({ state: ISSUED, isStandIn: false, thumbprint, accountKey: begun.accountKey });
    const certificate = new X509Certificate(outputs.certificate);
    expect(certificate.subjectAltName).to.equal("DNS:shop.example.com, DNS:www.shop.example.com");
    const chain = outputs.certificate.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    expect(certificate.checkIssued(new X509Certificate(chain[1] ?? ""))).to.equal(true);
    expect(Date.parse(outputs.renewsFrom)).to.be.lessThan(Date.parse(outputs.expires)).and.greaterThan(Date.now());
    expect(resource.diff(asked(), outputs, asked())).to.deep.equal({});
  });

  it("is ordered again when it is due, and when its domains change", async () => {
    const outputs = await update(await create());
    const due = { ...outputs, renewsFrom: new Date().toISOString() };
    expect(resource.diff(asked(), due, asked())).to.deep.equal({ certificate: "update" });
    const renewed = await update(due);
    expect(renewed.state).to.equal(ISSUED);
    expect(renewed.privateKey).to.not.equal(outputs.privateKey);

    const more = asked([...SHOP, "new.example.com"]);
    expect(resource.diff(asked(), renewed, more)).to.deep.equal({ domains: "update" });
    const changed = await update(renewed, more);
    expect(new X509Certificate(changed.certificate).subjectAltName).to.include("DNS:new.example.com");
  });

  it("stays what it was when a domain does not lead to the balancers: that one is named, and the rest goes on", async () => {
    const outputs = await update(await create());
    pebble.unknown.add("gone.example.com");
    const tried = await update(outputs, asked([...SHOP, "gone.example.com"]));
    expect(tried).to.include({ certificate: outputs.certificate, privateKey: outputs.privateKey, isStandIn: false });
    expect(tried.state).to.match(/^gone\.example\.com: .*gone\.example\.com/);
    expect(warnings).to.deep.equal([
      `no certificate was issued: ${tried.state}; the one before is good until ${outputs.expires}, and the next \`pulumi up\` tries again`,
    ]);
    expect(resource.diff(asked(), tried, asked())).to.deep.equal({ certificate: "update" });
  });

  it("stays what it was when somebody else answers for a domain", async () => {
    const outputs = await create();
    thumbprint = "somebody-else";
    const tried = await update(outputs);
    expect(tried.isStandIn).to.equal(true);
    for (const domain of SHOP) expect(tried.state).to.include(`${domain}: `);
    expect(warnings[0]).to.include("nobody trusts the one that stands in");
  });

  it("stays what it was when the server refuses the order, or is not there", async () => {
    const outputs = await update(await create());
    const refused = await update(outputs, asked(["blocked.example.com"]));
    expect(refused.state).to.match(/^the order of blocked\.example\.com: .*blocked/i);

    await pebble.stop();
    made.later(() => pebble.start());
    const unreachable = await update({ ...outputs, renewsFrom: new Date().toISOString() });
    expect(unreachable.state).to.match(/^the account at https:\/\/localhost:\d+\/dir: .*connection refused/);
    expect(unreachable.certificate).to.equal(outputs.certificate);
  });

  it("is asked for only from a server whose own certificate is trusted", async () => {
    const { directoryRoot, ...untrusting } = asked();
    expect(directoryRoot).to.not.equal(undefined);
    const tried = await update(await create(untrusting), untrusting);
    expect(tried.state).to.match(/^the account at .*certificate/);
  });

  it("has its account renewed in two steps: what is there stays until the balancers know the new one, which then orders", async () => {
    const outputs = await update(await create());
    const rotated = { ...asked(), rotation: 1 };
    expect(resource.diff(asked(), outputs, rotated)).to.deep.equal({ rotation: "add" });
    expect(resource.preview(rotated, outputs)).to.not.have.any.keys("thumbprint", "certificate");
    const renewed = await update(outputs, rotated);
    expect(renewed).to.include({ certificate: outputs.certificate, isStandIn: false, state: NOT_ORDERED });
    expect(renewed.thumbprint).to.not.equal(outputs.thumbprint);

    ({ thumbprint } = renewed);
    const ordered = await update(renewed, rotated);
    expect(ordered).to.include({ state: ISSUED, accountKey: renewed.accountKey });
    expect(ordered.privateKey).to.not.equal(outputs.privateKey);
    expect(resource.diff(rotated, ordered, rotated)).to.deep.equal({});
  });

  it("is not ordered again because the server may write to somebody else", async () => {
    const outputs = await update(await create());
    const { email, ...nobody } = asked();
    expect(email).to.equal("ops@example.com");
    const changed = await resource.update("", asked(), outputs, nobody, operation);
    expect(changed).to.include({ certificate: outputs.certificate, state: ISSUED }).and.to.not.have.property("email");
    const due = { ...changed, renewsFrom: new Date().toISOString() };
    expect((await resource.update("", nobody, due, nobody, operation)).state).to.equal(ISSUED);
  });

  it("leaves things as they are when it is interrupted", async () => {
    const interruption = new AbortController();
    operation = { ...operation, signal: interruption.signal, status: () => interruption.abort() };
    const outputs = await create();
    let reason: unknown;
    await update(outputs).catch((error: unknown) => (reason = error));
    expect(reason).to.have.property("message", "interrupted");
  });

  it("keeps its keys out of what a preview and its inputs show, and its account through every change", async () => {
    const outputs = await create();
    expect(resource.preview(asked(), undefined)).to.not.have.any.keys("thumbprint", "certificate", "privateKey");
    const { domains, ...rest } = asked();
    expect(domains).to.deep.equal(SHOP);
    const changed = { ...rest, domains: [UNKNOWN] };
    expect(resource.preview(changed, outputs)).to.include({ thumbprint: outputs.thumbprint });
    expect(resource.diff(asked(), outputs, changed)).to.deep.equal({ domains: "update" });
    const told = JSON.stringify([warnings, Object.keys(resource.preview(changed, outputs))]);
    expect(told).to.not.include("PRIVATE KEY");
  });
});

/** What it was asked for when it was made or changed last. */
function inputsOf({ domains, directory, directoryRoot, email, rotation }: AcmeCertificateOutputs): AcmeCertificateInputs {
  const all = { domains, directory, directoryRoot, email, rotation };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as AcmeCertificateInputs;
}
