import { randomBytes } from "node:crypto";
import { type Configuration, renderBalancer } from "../../components/haproxy/render";
import type { NodePlan, Plan } from "../../components/model/plan";
import { type RolloutInputs, type RolloutOutputs, SERVING } from "../contracts/rollout";
import { type Change, differences, holdsUnknown, type Operation, type Resource } from "../resource";
import type { BalancerNode } from "./node";
import { putBack, rollOut } from "./roll-out";
import { seedServerState } from "../../components/haproxy/server-state";

/** How a rollout turns what it is told into text; a test may break it on purpose. */
export type Renderer = (plan: Plan, node: NodePlan) => Configuration;

/** What a rollout holds against the state to find what changed. */
const COMPARED: readonly (keyof RolloutInputs)[] = ["machine", "node", "plan", "state"];

/** One configuration on one balancer: made and changed by a rollout, read from what the node really runs, and left alone when deleted. */
export class RolloutResource implements Resource<RolloutInputs, RolloutOutputs> {
  /**
   * @param reach How a node is reached.
   * @param render Turns plan and node into HAProxy's configuration.
   */
  constructor(
    private readonly reach: (node: NodePlan) => BalancerNode,
    private readonly render: Renderer = renderBalancer,
  ) {}

  check(inputs: RolloutInputs): RolloutInputs {
    return { ...inputs, state: SERVING };
  }

  diff(before: RolloutInputs, outputs: RolloutOutputs, inputs: RolloutInputs): Record<string, Change> {
    const pick = (of: RolloutInputs): object => Object.fromEntries(COMPARED.map((key) => [key, of[key]]));
    const changes = differences(pick(before), pick(inputs));
    if (Object.keys(changes).length > 0 || holdsUnknown(inputs)) return changes;
    // Equal plans, but another rendering: Evenkeel itself has changed.
    return this.render(inputs.plan, inputs.node).text === outputs.configuration ? {} : { configuration: "update" };
  }

  preview(inputs: RolloutInputs): Partial<RolloutOutputs> {
    return holdsUnknown(inputs) ? inputs : { ...inputs, configuration: this.render(inputs.plan, inputs.node).text };
  }

  async create(inputs: RolloutInputs, operation: Operation): Promise<{ id: string; outputs: RolloutOutputs }> {
    const outputs = await this.roll(inputs, undefined, operation);
    return { id: `${inputs.node.role}-${randomBytes(3).toString("hex")}`, outputs };
  }

  async read(
    _id: string,
    inputs: RolloutInputs,
    outputs: RolloutOutputs,
  ): Promise<{ inputs: RolloutInputs; outputs: RolloutOutputs }> {
    const state = await this.stateOf(outputs);
    return { inputs: { ...inputs, state }, outputs: { ...outputs, state } };
  }

  async update(
    _id: string,
    _before: RolloutInputs,
    outputs: RolloutOutputs,
    inputs: RolloutInputs,
    operation: Operation,
  ): Promise<RolloutOutputs> {
    return this.roll(inputs, outputs.plan, operation);
  }

  /** HAProxy goes with its machine. */
  delete(): Promise<void> {
    return Promise.resolve();
  }

  private async roll(inputs: RolloutInputs, before: Plan | undefined, operation: Operation): Promise<RolloutOutputs> {
    const { plan, node, peer, healthyWithin, drainWithin } = inputs;
    const of = (which: NodePlan) => ({
      node: this.reach(which),
      configuration: this.render(plan, which),
      plan,
      before,
      healthyWithin,
      drainWithin,
    });
    // An earlier run may have put the peer back, of which the engine's state knows nothing.
    if (peer !== undefined && (await this.reach(peer).configuration()) !== this.render(plan, peer).text)
      await rollOut(of(peer), operation);
    const own = of(node);
    try {
      await rollOut(own, operation);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (peer !== undefined && before !== undefined && (await this.putPeerBack(plan, before, peer).catch(() => false))) {
        throw new Error(`${reason}\nThe ${peer.role} balancer was put back too.`, {
          cause: error,
        });
      }
      throw error;
    }
    return { ...inputs, configuration: own.configuration.text };
  }

  /** Only a peer that got this very plan, and had the one that this balancer still has, is put back. */
  private async putPeerBack(plan: Plan, before: Plan, peer: NodePlan): Promise<boolean> {
    const node = this.reach(peer);
    const earlier = this.render(before, peer).text;
    if ((await node.configuration()) !== this.render(plan, peer).text || (await node.previous()) !== earlier) return false;
    const { servers } = await node.serverStates();
    await putBack(node, earlier, { text: seedServerState(before, servers), servers });
    return true;
  }

  private async stateOf({ plan, node }: RolloutOutputs): Promise<string> {
    const reached = this.reach(node);
    const { text, description } = this.render(plan, node);
    try {
      if ((await reached.configuration()) !== text) return "its configuration file was changed by someone else";
      if ((await reached.description()) !== description) return "it runs another configuration";
      return SERVING;
    } catch {
      return "it does not answer";
    }
  }
}
