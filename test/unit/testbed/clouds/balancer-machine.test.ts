import { expect } from "chai";
import type { NodePlan, Plan } from "../../../../components/model/plan";
import type { RolloutInputs } from "../../../../components/contracts/rollout";
import type { Operation } from "../../../../provider/resource";
import { RolloutResource } from "../../../../provider/rollout/resource";
import { BalancerMachines } from "../../../../testbed/clouds/balancer-machine";
import { Recorder } from "../../../../testbed/clouds/recorder";
import { makeCertificate } from "../../../support/certificates";
import { sampleNode, samplePlan, samplePool, servers } from "../../../support/sites/sample-plan";

const operation: Operation = {
  urn: "urn:pulumi:test::site::type::rollout",
  signal: new AbortController().signal,
  status: () => undefined,
  warn: () => undefined,
};

const remote = { address: "198.18.0.1", port: 22, user: "evenkeel", hostKey: "ssh-ed25519 AAAA" };
const node: NodePlan = sampleNode({ remote });

function planOf(ports: Readonly<Record<string, number>>): Plan {
  return samplePlan({ web: samplePool({ servers: servers("a", ports) }) });
}

function inputs(plan: Plan): RolloutInputs {
  return { machine: "m", node, plan, key: "private", healthyWithin: "100ms", drainWithin: "100ms" };
}

describe("A balancer in stand-in clouds", () => {
  const setUp = () => {
    const world = { machine: "i-1" as string | undefined, gone: [] as string[] };
    const recorder = new Recorder();
    const machines = new BalancerMachines(
      { machineAt: () => world.machine, gone: (asked) => new Set(asked.filter((address) => world.gone.includes(address))) },
      recorder,
    );
    return { world, recorder, resource: new RolloutResource(machines.reach, machines.render) };
  };

  it("takes a rollout, and records which servers it has from then on", async () => {
    const { recorder, resource } = setUp();
    const first = inputs(planOf({ "web-a-1": 1, "web-a-2": 2 }));
    const { id, outputs } = await resource.create(first, operation);
    await resource.update(id, first, outputs, inputs(planOf({ "web-a-2": 2 })), operation);
    expect(recorder.events.map(({ kind, name, inputs: said }) => [kind, name, said?.servers])).to.deep.equal([
      ["reload", "primary", ["web-a-1", "web-a-2"]],
      ["rollout", "primary", ["web-a-1", "web-a-2"]],
      ["reload", "primary", ["web-a-2"]],
      ["rollout", "primary", ["web-a-2"]],
    ]);
  });

  it("shows the certificates of its plan, and sends clients to HTTPS", async () => {
    const { certificate, key } = await makeCertificate({ names: ["shop.example.com"] });
    const { recorder, resource } = setUp();
    const plan = { ...planOf({ "web-a-1": 1 }), https: { certificates: { shop: certificate }, redirect: true } };
    const secure = sampleNode({ remote, https: { address: "0.0.0.0", port: 443 } });
    await resource.create({ ...inputs(plan), node: secure, certificateKeys: { shop: key } }, operation);
    expect(recorder.events.map(({ kind }) => kind)).to.deep.equal(["reload", "rollout"]);
  });

  it("has a server down whose machine is gone", async () => {
    const { world, resource } = setUp();
    world.gone = ["127.0.0.1"];
    const failed = await resource.create(inputs(planOf({ "web-a-1": 1 })), operation).catch((error: unknown) => String(error));
    expect(failed).to.contain("web-a-1 does not pass its health check within 100ms: No route to host");
  });

  it("begins with nothing on another machine at the same address, and answers no more without one", async () => {
    const { world, resource } = setUp();
    const said = inputs(planOf({ "web-a-1": 1 }));
    const { id, outputs } = await resource.create(said, operation);
    expect((await resource.read(id, said, outputs)).inputs.state).to.equal("serving");
    world.machine = "i-2";
    expect((await resource.read(id, said, outputs)).inputs.state).to.contain("changed by someone else");
    world.machine = undefined;
    expect((await resource.read(id, said, outputs)).inputs.state).to.equal("it does not answer");
  });
});
