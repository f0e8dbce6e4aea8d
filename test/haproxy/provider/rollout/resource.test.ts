import { expect } from "chai";
import { appendFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { FILES } from "../../../../components/haproxy/configuration";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import type { NodePlan, Plan, RemoteAccess } from "../../../../components/model/plan";
import { type RolloutInputs, type RolloutOutputs, SERVING } from "../../../../components/contracts/rollout";
import { generateKeyPair } from "../../../../provider/keys/openssh";
import { UNKNOWN } from "../../../../provider/resource";
import { HaproxyNode } from "../../../../provider/haproxy/haproxy-node";
import { reach } from "../../../../provider/rollout/reach";
import { RolloutResource } from "../../../../provider/rollout/resource";
import { ARRIVAL_PATIENCE } from "../../../../provider/transport/ssh/arrival";
import { LOCK_PATIENCE } from "../../../../provider/transport/ssh/lock";
import { SshTransport } from "../../../../provider/transport/ssh/transport";
import { scratch } from "../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../support/programs/sshd";
import { type Balancer, complaint, operation, planOf, startBalancer, startServer } from "./balancer";

/** Over SSH, and with no patience for what hangs: milliseconds. */
const impatient = new RolloutResource((node, key = "") => {
  if (node.remote === undefined) return reach(node, key);
  const patience = { arrival: ARRIVAL_PATIENCE, lock: LOCK_PATIENCE, dial: 1_000, command: 1_000, answer: 1_000, grace: 60_000 };
  return new HaproxyNode(node, new SshTransport("the primary balancer", node.remote, key, patience));
});

describe("A rollout over SSH, as the engine has it", function () {
  this.timeout(30_000);
  const made = scratch();
  const resource = new RolloutResource(reach);
  let sshd: Sshd;
  let balancer: Balancer;
  let inputs: RolloutInputs;
  beforeEach(async function () {
    requireSshd(this);
    [sshd, balancer] = await Promise.all([startSshd(made), startBalancer(made)]);
    inputs = resource.check({
      machine: "i-0123",
      node: { ...balancer.node, remote: sshd.access },
      plan: planOf({ "web-a-1": await startServer(made, "one") }),
      key: sshd.key,
      healthyWithin: "10s",
      drainWithin: "5s",
    });
  });

  const created = async (): Promise<RolloutOutputs> => (await resource.create(inputs, operation())).outputs;
  const withoutKey = (): RolloutInputs => {
    const others: RolloutInputs & { key?: string } = { ...inputs };
    delete others.key;
    return others;
  };
  const found = async (outputs: RolloutOutputs, change: Partial<RemoteAccess> = {}, key = sshd.key, by = resource) => {
    const remote = { ...sshd.access, ...change };
    const whole = { ...outputs, node: { ...outputs.node, remote } };
    const read = await by.read("primary-1", { ...inputs, key }, whole);
    expect(read.inputs.state).to.equal(read.outputs.state);
    return read.outputs.state;
  };

  it("serves once it is made, and has no key among its outputs", async () => {
    const outputs = await created();
    expect(outputs).to.not.have.any.keys("key", "peerKey");
    expect(outputs.configuration).to.equal(renderBalancer(inputs.plan, inputs.node).text);
    expect(await found(outputs)).to.equal(SERVING);
    expect(resource.diff(inputs, outputs, inputs)).to.deep.equal({});
    expect(resource.preview({ ...inputs, peerKey: "x" })).to.not.have.any.keys("key", "peerKey");
  });

  it("is not changed by another key alone, nor by one that is not known yet", async () => {
    const outputs = await created();
    expect(resource.diff(inputs, outputs, { ...inputs, key: "another" })).to.deep.equal({});
    expect(resource.diff(inputs, outputs, { ...inputs, key: UNKNOWN })).to.deep.equal({});
  });

  it("is found changed when somebody edited the file, and mended", async () => {
    const outputs = await created();
    appendFileSync(path.join(balancer.node.directory, FILES.configuration), "# edited\n");
    expect(await found(outputs)).to.equal("its configuration file was changed by someone else");
    await resource.update("primary-1", inputs, outputs, inputs, operation());
    expect(await found(outputs)).to.equal(SERVING);
  });

  it("is found changed when HAProxy runs another configuration than the file says", async () => {
    const outputs = await created();
    const other: Plan = { ...inputs.plan, longestConnection: "1m" };
    await resource.update("primary-1", inputs, outputs, { ...inputs, plan: other }, operation());
    writeFileSync(path.join(balancer.node.directory, FILES.configuration), outputs.configuration);
    expect(await found(outputs)).to.equal("it runs another configuration");
  });

  it("tells a stopped HAProxy, and each way that a machine is out of reach", async () => {
    const outputs = await created();
    expect(await found(outputs, { hostKey: generateKeyPair().publicKey })).to.equal(
      "its machine was replaced: it has another host key",
    );
    expect(await found(outputs, {}, "")).to.equal("it has no key");
    expect(await found(outputs, {}, "nonsense")).to.equal("its keys can't be read");
    expect(await found(outputs, {}, generateKeyPair().privateKey)).to.equal("its machine does not know the key");
    await balancer.kill();
    expect(await found(outputs)).to.equal("HAProxy does not run");
    sshd.freeze();
    expect(await found(outputs, {}, sshd.key, impatient)).to.equal("its machine does not answer");
    sshd.thaw();
    await sshd.stop();
    expect(await found(outputs)).to.equal("its machine refuses connections");
  });

  it("refuses a node on another machine that comes without a key", async () => {
    expect(await complaint(resource.create(withoutKey(), operation()))).to.equal(
      `the primary balancer stands at 127.0.0.1:${sshd.access.port}, but its rollout has no key: give it \`key\``,
    );
  });

  it("puts the peer back too, by the peer's own key, when it fails", async () => {
    const there = await startSshd(made);
    const peer = await startBalancer(made);
    const peerNode: NodePlan = { ...peer.node, role: "secondary", remote: there.access };
    const whole = { ...inputs, peer: peerNode, peerKey: there.key };
    const outputs = (await resource.create(whole, operation())).outputs;
    expect(await peer.servers()).to.deep.equal(["web/web-a-1"]);

    const plan = planOf({ ...inputs.plan.pools.web?.servers, "web-a-2": await startServer(made, "two") });
    const broken = new RolloutResource(reach, (some, node) => {
      const { text, description } = renderBalancer(some, node);
      const refused = node.role === "primary" && text.includes("web-a-2");
      return { text: refused ? `${text}nonsense here\n` : text, description };
    });
    expect(await complaint(broken.update("primary-1", whole, outputs, { ...whole, plan }, operation()))).to.match(
      /^HAProxy refuses the new configuration of the primary balancer, [^]*\nThe secondary balancer was put back too\.$/,
    );
    for (const each of [balancer, peer]) expect(await each.servers()).to.deep.equal(["web/web-a-1"]);
  });
});
