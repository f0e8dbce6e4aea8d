import { expect } from "chai";
import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { FILES } from "../../../../components/haproxy/configuration";
import { CREDENTIAL_FILE } from "../../../../components/haproxy/credentials";
import { SERVING } from "../../../../components/contracts/rollout";
import type { AuthorityOutputs } from "../../../../components/contracts/authority";
import type { TlsTerminatorInputs, TlsTerminatorOutputs } from "../../../../components/contracts/tls-terminator";
import type { Issued } from "../../../../provider/keys/x509";
import { reachTerminator } from "../../../../provider/rollout/reach";
import { TlsTerminatorResource } from "../../../../provider/rollout/terminator";
import { until } from "../../../../provider/wait";
import { scratch } from "../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../support/programs/sshd";
import { complaint, operation } from "./balancer";
import { ask, certified, makeAuthority, renewed, shownBy, startTerminated, type TerminatedServer } from "./terminated-site";

describe("What ends TLS on a server", () => {
  const made = scratch();
  const resource = new TlsTerminatorResource(reachTerminator);
  let sshd: Sshd;
  let authority: AuthorityOutputs;
  let pair: Issued;
  let server: TerminatedServer;
  let inputs: TlsTerminatorInputs;
  beforeEach(async function () {
    requireSshd(this);
    [sshd, authority, server] = await Promise.all([startSshd(made), makeAuthority(), startTerminated(made, "one")]);
    pair = await certified(authority);
    inputs = server.inputs(sshd, authority);
  });

  const bring = async (): Promise<TlsTerminatorOutputs> => (await resource.create(inputs, operation())).outputs;
  const update = (outputs: TlsTerminatorOutputs, changed = inputs, told = operation()): Promise<TlsTerminatorOutputs> =>
    resource.update("", inputs, outputs, changed, told);
  const stateNow = async (outputs: TlsTerminatorOutputs): Promise<string> =>
    (await resource.read("", inputs, outputs)).outputs.state;
  const credentials = (): string[] => readdirSync(server.plan.directory).filter((file) => CREDENTIAL_FILE.test(file));

  it("gives the app's answer to balancers alone", async () => {
    await bring();
    expect(await ask(server, authority.trusted, pair)).to.equal("200 one");
    expect(await ask(server, authority.trusted), "without a certificate").to.match(/ALERT_CERTIFICATE_REQUIRED|ECONNRESET/);
    const neighbour = await certified(authority, `two.${server.certifiedName}`, "client");
    expect(await ask(server, authority.trusted, neighbour), "with another name").to.match(/^403 /);
    const other = await certified(authority, `two.${server.certifiedName}`, "server");
    expect(await ask(server, authority.trusted, other), "with a server's certificate").to.match(/ALERT|ECONNRESET/);
    const stranger = await certified(await makeAuthority());
    expect(await ask(server, authority.trusted, stranger), "of another authority").to.match(/ALERT|ECONNRESET/);
  });

  it("shows a certificate of its own name, which balancers check", async () => {
    await bring();
    const misled = { ...server, certifiedName: `other.${server.certifiedName}` };
    expect(await ask(misled, authority.trusted, pair)).to.equal("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await ask(server, (await makeAuthority()).trusted, pair)).to.match(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  });

  it("keeps the certificate's private key on the machine alone, readable by its user only", async () => {
    const outputs = await bring();
    expect(JSON.stringify(outputs)).to.not.include("PRIVATE KEY");
    const [identity = ""] = credentials().filter((file) => file.startsWith("identity"));
    const file = path.join(server.plan.directory, identity);
    expect(readFileSync(file, "utf8")).to.include("PRIVATE KEY");
    expect((statSync(file).mode & 0o777).toString(8)).to.equal("600");
    expect(credentials()).to.have.lengthOf(2);
  });

  it("is left alone until its certificate is due, and then shows another one", async () => {
    const outputs = await bring();
    expect(resource.diff(inputs, outputs, inputs)).to.deep.equal({});
    const due = { ...outputs, renewsFrom: new Date(Date.now() - 1).toISOString() };
    expect(resource.diff(inputs, due, inputs)).to.deep.equal({ certificate: "update" });
    const first = await shownBy(server, pair);
    const renewedOutputs = await update(due);
    expect(await shownBy(server, pair)).to.not.equal(first);
    expect(resource.diff(inputs, renewedOutputs, inputs)).to.deep.equal({});
    // That of the configuration before it may come back; those of the one before that go.
    await update(due);
    expect(credentials()).to.have.lengthOf(3);
  });

  it("takes the pair's certificate of the old and of the new authority while both are trusted, and then of the new one alone", async () => {
    const outputs = await bring();
    const both = await renewed(authority);
    const second = await update(outputs, server.inputs(sshd, both));
    const newer = await certified(both);
    expect(await ask(server, both.trusted, pair)).to.equal("200 one");
    expect(await ask(server, authority.trusted, newer), "by who trusts the old one alone").to.equal("200 one");
    const last = await renewed(both);
    await update(second, server.inputs(sshd, last));
    expect(await ask(server, last.trusted, newer)).to.equal("200 one");
    expect(await ask(server, last.trusted, pair), "with the old one's certificate").to.match(/ALERT|ECONNRESET/);
  });

  it("refuses connections while the app does, and lets them in as soon as it does", async () => {
    await bring();
    const { port } = server.app.address() as { port: number };
    server.app.closeAllConnections();
    await new Promise((resolve) => server.app.close(resolve));
    expect(await ask(server, authority.trusted, pair)).to.be.oneOf(["ECONNRESET", "EPIPE"]);
    await new Promise<void>((resolve) => server.app.listen(port, "127.0.0.1", resolve));
    let last = "";
    for (let tries = 0; tries < 200 && last !== "200 one"; tries++) last = await ask(server, authority.trusted, pair);
    expect(last).to.equal("200 one");
  });

  it("gives no answer where the app gives none, so that a balancer asks another server", async () => {
    server = await startTerminated(made, "two", (request) => request.socket.destroy());
    inputs = server.inputs(sshd, authority);
    await bring();
    expect(await ask(server, authority.trusted, pair)).to.be.oneOf(["ECONNRESET", "EPIPE"]);
  });

  it("sees an edited file and a stopped HAProxy, and the next run mends the file", async () => {
    const outputs = await bring();
    expect(await stateNow(outputs)).to.equal(SERVING);
    appendFileSync(path.join(server.plan.directory, FILES.configuration), "# edited\n");
    const state = await stateNow(outputs);
    expect(state).to.equal("its configuration file was changed by someone else");
    expect(resource.diff(inputs, { ...outputs, state }, inputs)).to.deep.equal({ state: "update" });
    const mended = await update({ ...outputs, state });
    expect(await stateNow(mended)).to.equal(SERVING);
    await server.haproxy.kill();
    expect(await stateNow(mended)).to.equal("HAProxy does not run");
  });

  it("of a known server that can't be reached holds nothing up: it is told, and comes later", async () => {
    const outputs = await bring();
    await sshd.stop();
    const told = operation();
    const late = await update({ ...outputs, renewsFrom: new Date(0).toISOString() }, inputs, told);
    expect(told.warned.join())
      .to.match(/^one: not ready within 10 s: /)
      .and.include("; it keeps what it had until the next `pulumi up`");
    expect(late.certificate).to.equal(outputs.certificate);
    expect(late.state).to.not.equal(SERVING);
    await sshd.start();
    const mended = await update(late);
    expect(mended.state).to.equal(SERVING);
    expect(mended.certificate).to.not.equal(outputs.certificate);
  }).timeout(60_000);

  it("of another machine must be reached", async () => {
    const outputs = await bring();
    sshd.know(false);
    const interruption = new AbortController();
    const waiting = operation(interruption.signal);
    const outcome = complaint(update(outputs, { ...inputs, machine: "i-4567" }, waiting));
    await until(() => (waiting.shown.length > 0 ? true : undefined), 10_000);
    interruption.abort(new Error("interrupted"));
    expect(await outcome).to.include("interrupted");
    expect(waiting.warned).to.deep.equal([]);
  });

  it("goes on with what it had when HAProxy refuses the new configuration", async () => {
    const outputs = await bring();
    const broken = { ...inputs, plan: { ...inputs.plan, port: 70_000 } };
    const first = await shownBy(server, pair);
    expect(await complaint(update(outputs, broken))).to.match(/^HAProxy of one refuses its new configuration: /);
    expect(await shownBy(server, pair)).to.equal(first);
    expect(await stateNow(outputs)).to.equal(SERVING);
  });
});
