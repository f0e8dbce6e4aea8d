import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { connect, type ConnectionOptions } from "node:tls";
import { certificateTexts } from "../../../../components/haproxy/certificate-files";
import { credentialTexts } from "../../../../components/haproxy/credentials";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { tableOf } from "../../../../components/haproxy/render/peers";
import { type Limits, limits } from "../../../../components/model/limits/limits";
import type { NodePlan, Plan } from "../../../../components/model/plan";
import type { BalancerRole } from "../../../../components/model/stack";
import type { AuthorityOutputs } from "../../../../components/contracts/authority";
import type { Issued } from "../../../../provider/keys/x509";
import { choosePorts } from "../../../../provider/process/ports";
import { until } from "../../../../provider/wait";
import { certified, makeAuthority, PEER } from "../../provider/rollout/terminated-site";
import { expectTaken } from "../../../support/programs/haproxy-check";
import { echoingApp, realBalancer, type RealBalancer } from "../../../support/programs/real-balancer";
import { sampleNode, samplePlan } from "../../../support/sites/sample-plan";
import { scratch } from "../../../support/scratch";
import type { Visitor } from "../../../support/clients/visitor";

const RATE: Limits = limits.parse({ rate: { requests: 10, per: "5m" } });
const CLIENT = "203.0.113.1";
const WITHIN = 20_000;

describe("What a balancer on a machine is told of the other one", () => {
  const tls = { trusted: "trusted", certificate: "pair", name: PEER };
  const listener = { address: "0.0.0.0", port: 8406 };
  const rendered = (plan: Partial<Plan>, node: Partial<NodePlan>): string =>
    renderBalancer(samplePlan(undefined, plan), sampleNode({ frontSocket: undefined, ...node })).text;
  const called = { role: "secondary", calls: listener } as const;
  const caller = { role: "primary", peer: { address: "192.0.2.1", port: 8406 } } as const;

  it("is taken by HAProxy, with every other feature of TLS beside it", async () => {
    const made = await makeAuthority();
    const identity = await certified(made, PEER, "both");
    const shown = { trusted: made.trusted, certificate: identity.certificate, name: PEER };
    const https = { certificates: { shop: identity.certificate }, redirect: true };
    const files = {
      ...credentialTexts(shown, identity.privateKey),
      ...certificateTexts(https.certificates, { shop: identity.privateKey }),
    };
    for (const node of [called, caller]) {
      const at = { ...node, https: { address: "127.0.0.1", port: 20_003 } };
      expectTaken(rendered({ limits: RATE, tls: shown, https }, at), files);
    }
  });

  it("is nothing without a rate", () => {
    for (const node of [called, caller]) expect(rendered({ tls }, node)).to.not.match(/pair|8406/);
  });

  it("is never in clear: without a certificate each counts for itself", () => {
    for (const node of [called, caller]) {
      const text = rendered({ limits: RATE }, node);
      expect(text).to.not.include("8406");
      expect(text).to.include("nobody.sock");
    }
  });

  it("reserves connections for it, which clients can't use up", () => {
    const most = (text: string): number => Number(/^ {2}maxconn (\d+)$/m.exec(text)?.[1]);
    expect(most(rendered({ limits: RATE, tls }, called)) - most(rendered({ tls }, called))).to.equal(10);
  });
});

describe("Balancers on two machines", () => {
  const made = scratch();
  let authority: AuthorityOutputs;
  let identity: Issued;
  let app: number;
  let calls: { address: string; port: number };

  beforeEach(async () => {
    const [{ port = 0 }, ...rest] = await Promise.all([choosePorts({ port: {} }, new Set()), makeAuthority(), echoingApp(made)]);
    [authority, app] = rest;
    identity = await certified(authority, PEER, "both");
    calls = { address: "127.0.0.1", port };
  });

  /** A balancer that shows a certificate and trusts the site's authority; it expects the other one to have the pair's name. */
  async function balancer(node: Partial<NodePlan>, shown = identity, name = PEER): Promise<RealBalancer> {
    const directory = made.directory();
    const tls = { trusted: authority.trusted, certificate: shown.certificate, name };
    for (const [file, text] of Object.entries(credentialTexts(tls, shown.privateKey)))
      writeFileSync(path.join(directory, file), text);
    const plan: Partial<Plan> = { limits: RATE, tls };
    return realBalancer(made, app, plan, { directory, ...node });
  }
  const secondary = (...more: [shown?: Issued, name?: string]): Promise<RealBalancer> =>
    balancer({ role: "secondary", calls }, ...more);
  const primary = (...more: [shown?: Issued, name?: string]): Promise<RealBalancer> =>
    balancer({ role: "primary", peer: calls }, ...more);

  it("count a client together over TLS, each way, and none of its requests is lost to the other's word", async () => {
    const [called, caller] = [await secondary(), await primary()];
    await Promise.all([peerConnected(called), peerConnected(caller)]);
    const [here, there] = [caller.visitor(CLIENT), called.visitor(CLIENT)];
    const [one, other] = await Promise.all([statuses(here, 4), statuses(there, 4)]);
    expect([...one, ...other]).to.deep.equal(Array(8).fill(200));
    await told(caller, "secondary", 4);
    await told(called, "primary", 4);
    expect(await statuses(here, 3)).to.deep.equal([200, 200, 429]);
    await told(called, "primary", 6);
    expect(await statuses(there, 1)).to.deep.equal([429]);
    expect(await statuses(called.visitor("203.0.113.2"), 2)).to.deep.equal([200, 200]);
  });

  it("serve as ever while the other one is dead, and tell it all when it is back", async () => {
    const called = await secondary();
    const caller = await primary();
    await statuses(called.visitor(CLIENT), 4);
    await told(caller, "secondary", 4);
    await called.haproxy.kill();
    expect(await statuses(caller.visitor(CLIENT), 6)).to.deep.equal(Array(6).fill(200));
    expect(await statuses(caller.visitor(CLIENT), 1)).to.deep.equal([429]);
    const back = await secondary();
    await told(back, "primary", 6);
    await told(back, "secondary", 4);
    expect(await statuses(back.visitor(CLIENT), 1)).to.deep.equal([429]);
  });

  it("serve as ever while the other one takes calls and never says a word", async () => {
    calls = { ...calls, port: await made.silence() };
    const caller = await primary();
    expect(await statuses(caller.visitor(CLIENT), 11)).to.deep.equal([...Array<number>(10).fill(200), 429]);
  });

  it("hear nothing of a server, though its certificate is of the same authority", async () => {
    const server = await certified(authority, `1.a.web.${PEER.replace(/^balancers\./, "")}`, "both");
    const [called, stranger] = [await secondary(), await primary(server)];
    await refused(called, stranger);
  });

  it("hear nothing of one with another authority's certificate", async () => {
    const called = await secondary();
    authority = { ...(await makeAuthority()), trusted: authority.trusted };
    await refused(called, await primary(await certified(authority, PEER, "both")));
  });

  it("tell nothing to a server that stands at the other one's address", async () => {
    const name = `1.a.web.${PEER.replace(/^balancers\./, "")}`;
    const stranger = await secondary(await certified(authority, name, "both"));
    const caller = await primary();
    await refused(stranger, caller);
  });

  it("answer nobody without a certificate, and nobody in clear or with an older TLS", async () => {
    await secondary();
    const shown = { cert: identity.certificate, key: identity.privateKey };
    expect(await handshake({})).to.match(/certificate required/);
    expect(await handshake({ ...shown, maxVersion: "TLSv1.2" })).to.match(/protocol version/);
    expect(await handshake({ ...shown, ca: authority.trusted, servername: PEER })).to.equal("taken");
  });

  /** That the one was called by the other, more than once, and neither told the other a word. */
  async function refused(called: RealBalancer, caller: RealBalancer): Promise<void> {
    await statuses(caller.visitor(CLIENT), 4);
    await statuses(called.visitor(CLIENT), 4);
    const again = await until(async () => ((await callsTo(called)).made > 1 ? true : undefined), WITHIN);
    expect(again, "it was called again").to.equal(true);
    expect((await callsTo(called)).heard).to.equal(0);
    expect(await called.haproxy.ask("show table pair/primary")).to.include("used:0");
    expect(await caller.haproxy.ask("show table pair/secondary")).to.include("used:0");
  }

  /** What comes of a handshake with the one that is called: `taken`, once it has waited for a word, or why not. */
  function handshake(options: ConnectionOptions): Promise<string> {
    return new Promise((resolve) => {
      const connection = connect({ ...calls, host: calls.address, rejectUnauthorized: options.ca !== undefined, ...options });
      // As the peers of HAProxy begin; an answer is what only they would give.
      connection.on("error", (error: Error) => resolve(error.message)).once("data", () => resolve("taken"));
      connection.once("secureConnect", () => connection.write("HAProxyS 2.1\nsecondary\nprimary 1 1\n"));
      connection.once("close", () => resolve("closed"));
      made.later(() => connection.destroy());
    });
  }
});

/** How often a balancer was called, and how often it has listened. */
async function callsTo({ haproxy }: RealBalancer): Promise<{ made: number; heard: number }> {
  const [head = "", ...rows] = (await haproxy.ask("show stat")).replace("# ", "").split("\n");
  const field = (row: string, column: string): number =>
    Number(rows.find((line) => line.startsWith(`pair.calls,${row},`))?.split(",")[head.split(",").indexOf(column)]);
  return { made: field("FRONTEND", "conn_tot"), heard: field("BACKEND", "stot") };
}

/** Waits until a balancer's connection to its peer is established. A count made during the handshake may be sent with the next request only. */
async function peerConnected({ haproxy }: RealBalancer): Promise<void> {
  const connected = async (): Promise<true | undefined> =>
    (await haproxy.ask("show peers")).includes("last_status=ESTA") ? true : undefined;
  expect(await until(connected, WITHIN), "connected to its peer").to.equal(true);
}

/** Waits until a balancer knows how often somebody has asked one of the pair. */
async function told({ haproxy }: RealBalancer, role: BalancerRole, times: number): Promise<void> {
  const count = `gpc0_rate(300000)=${times}`;
  const known = async (): Promise<true | undefined> =>
    (await haproxy.ask(`show table ${tableOf(role)}`)).includes(count) ? true : undefined;
  expect(await until(known, WITHIN), `${times} requests to the ${role}`).to.equal(true);
}

/** The statuses of so many requests, one after the other. */
async function statuses(visitor: Visitor, count: number): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await visitor.ask()).status);
  return all;
}
