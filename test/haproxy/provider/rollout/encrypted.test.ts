import { expect } from "chai";
import { describeResult, type Load, startLoad } from "../../../../drills/load/load";
import type { AuthorityOutputs } from "../../../../components/contracts/authority";
import type { TlsTerminatorOutputs } from "../../../../components/contracts/tls-terminator";
import type { Plan } from "../../../../components/model/plan";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import type { Issued } from "../../../../provider/keys/x509";
import { reach, reachTerminator } from "../../../../provider/rollout/reach";
import { TlsTerminatorResource } from "../../../../provider/rollout/terminator";
import { scratch } from "../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../support/programs/sshd";
import { type Balancer, complaint, operation, planOf, roll, startBalancer } from "./balancer";
import { certified, makeAuthority, PEER, renewed, startTerminated, type TerminatedServer } from "./terminated-site";

const SECONDS = 90;

describe("A balancer and servers that end TLS", function () {
  this.timeout(SECONDS * 1_000);
  const made = scratch();
  const resource = new TlsTerminatorResource(reachTerminator);
  let sshd: Sshd;
  let balancer: Balancer;
  let authority: AuthorityOutputs;
  let pair: Issued;
  let servers: Record<"one" | "two", TerminatedServer>;
  let brought: Record<string, TlsTerminatorOutputs>;

  beforeEach(async function () {
    requireSshd(this);
    const [one, two] = [startTerminated(made, "one"), startTerminated(made, "two")];
    [sshd, balancer, authority] = await Promise.all([startSshd(made), startBalancer(made), makeAuthority()]);
    servers = { one: await one, two: await two };
    pair = await certified(authority);
    brought = {};
    for (const [name, server] of Object.entries(servers))
      brought[name] = (await resource.create(server.inputs(sshd, authority), operation())).outputs;
    await rollTo();
  });

  const load = async (): Promise<Load> => {
    const { address, port } = balancer.node.site;
    const one = await startLoad({ url: `http://${address}:${port}/`, requestsPerSecond: 150 });
    made.later(() => one.stop());
    await one.until(({ sent }) => sent > 50);
    return one;
  };
  const expectNothingLost = async (one: Load): Promise<void> => {
    const { sent } = await one.snapshot();
    await one.until((seen) => seen.sent > sent + 100);
    const result = await one.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
  };
  async function rollTo(servers_: readonly TerminatedServer[] = Object.values(servers)): Promise<void> {
    const credentials = { trusted: authority.trusted, certificate: pair.certificate };
    const known = Object.fromEntries(servers_.map(({ plan, server }) => [plan.server, server]));
    const plan: Plan = planOf(known, { tls: { ...credentials, name: PEER } });
    const key = { ...credentials, key: pair.privateKey };
    await roll(reach(balancer.node), balancer.node, plan, {
      configuration: renderBalancer(plan, balancer.node),
      credentials: key,
    });
  }
  async function bringAll(due = false): Promise<void> {
    for (const [name, server] of Object.entries(servers)) {
      const inputs = server.inputs(sshd, authority);
      const outputs = brought[name] ?? expect.fail("it was never brought");
      const known = due ? { ...outputs, renewsFrom: new Date(0).toISOString() } : outputs;
      expect(resource.diff(inputs, known, inputs)).to.deep.equal(due ? { certificate: "update" } : {});
      brought[name] = await resource.update("", inputs, known, inputs, operation());
    }
  }

  it("lose nothing while the pair's certificate, one of a client, becomes one for both ends", async () => {
    const one = await load();
    pair = await certified(authority, PEER, "both");
    await rollTo();
    await expectNothingLost(one);
  });

  it("lose nothing while every certificate is renewed", async () => {
    const one = await load();
    await bringAll(true);
    pair = await certified(authority);
    await rollTo();
    await expectNothingLost(one);
  });

  it("lose nothing while their authority is, in both steps, whoever learns of it first", async () => {
    const one = await load();
    for (const serversFirst of [true, false]) {
      for (const step of ["both are trusted", "the old one is dropped"]) {
        authority = await renewed(authority);
        // In the second step the pair's certificate is of the new authority already.
        if (step === "both are trusted") pair = await certified(authority);
        if (serversFirst) await bringAll();
        await rollTo();
        if (!serversFirst) await bringAll();
      }
    }
    await expectNothingLost(one);
  });

  it("lose nothing when an app dies, and take it back when it is there again", async () => {
    const one = await load();
    const { app } = servers.one;
    const { port } = app.address() as { port: number };
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    const { sent } = await one.snapshot();
    await one.until((seen) => seen.sent > sent + 100);
    await new Promise<void>((resolve) => app.listen(port, "127.0.0.1", resolve));
    await expectNothingLost(one);
    for (let tries = 0, bodies = new Set<string>(); !bodies.has("one"); tries++) {
      expect(tries, "answers without the app that is back").to.be.lessThan(500);
      bodies = new Set([...bodies, (await balancer.get()).body]);
    }
  });

  it("lose nothing when a server is added and another removed", async () => {
    const one = await load();
    const three = await startTerminated(made, "three");
    await resource.create(three.inputs(sshd, authority), operation());
    await rollTo([...Object.values(servers), three]);
    await rollTo([servers.two, three]);
    await expectNothingLost(one);
    expect(await balancer.servers()).to.deep.equal(["web/three", "web/two"]);
  });

  it("do not come together when the server shows another's certificate", async () => {
    const { one } = servers;
    const impostor = { ...one, server: { ...one.server, certifiedName: servers.two.certifiedName } };
    const failure = await complaint(rollTo([servers.two, { ...impostor, plan: { ...one.plan, server: "three" } }]));
    expect(failure).to.include("three");
    expect(await balancer.servers()).to.deep.equal(["web/one", "web/two"]);
    expect((await balancer.get()).status).to.equal(200);
  });
});
