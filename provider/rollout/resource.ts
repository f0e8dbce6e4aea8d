import { randomBytes } from "node:crypto";
import type { Configuration } from "../../components/haproxy/configuration";
import { renderBalancer } from "../../components/haproxy/render/balancer";
import type { NodePlan, Plan } from "../../components/model/plan";
import { type RolloutInputs, type RolloutOutputs, type SecretInput, SERVING } from "../../components/contracts/rollout";
import { type Change, differences, holdsUnknown, type Operation, type Resource } from "../resource";
import { type BalancerNode } from "../haproxy/node";
import { NodeTrouble, STATES } from "../transport/node-trouble";
import { putBack } from "./put-back";
import { rollOut } from "./roll-out";
import { seedServerState } from "../../components/haproxy/server-state";

/** How a rollout turns what it is told into text; a test may break it on purpose. */
export type Renderer = (plan: Plan, node: NodePlan) => Configuration;

/** How a node is reached; the key is for one that is reached over SSH. */
export type Reach = (node: NodePlan, key?: string) => BalancerNode;

/** What a rollout holds against the state to find what changed. */
const COMPARED: readonly (keyof RolloutInputs)[] = ["machine", "node", "plan", "state"];

const SECRET_INPUTS: readonly SecretInput[] = ["key", "peerKey", "identityKey", "certificateKeys"];

/** One configuration on one balancer: made and changed by a rollout, read from what the node really runs, and left alone when deleted. */
export class RolloutResource implements Resource<RolloutInputs, RolloutOutputs> {
  /**
   * @param reach How a node is reached.
   * @param render Turns plan and node into HAProxy's configuration.
   */
  constructor(
    private readonly reach: Reach,
    private readonly render: Renderer = renderBalancer,
  ) {}

  check(inputs: RolloutInputs): RolloutInputs {
    return { ...inputs, state: SERVING };
  }

  diff(before: RolloutInputs, outputs: RolloutOutputs, inputs: RolloutInputs): Record<string, Change> {
    const pick = (of: RolloutInputs): object => Object.fromEntries(COMPARED.map((key) => [key, of[key]]));
    const changes = differences(pick(before), pick(inputs));
    if (Object.keys(changes).length > 0 || holdsUnknown(pick(inputs))) return changes;
    // Equal plans, but another rendering: Evenkeel itself has changed.
    return this.render(inputs.plan, inputs.node).text === outputs.configuration ? {} : { configuration: "update" };
  }

  preview(inputs: RolloutInputs): Partial<RolloutOutputs> {
    const known = withoutKeys(inputs);
    return holdsUnknown(known) ? known : { ...known, configuration: this.render(known.plan, known.node).text };
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
    const state = await this.stateOf(outputs, inputs.key);
    return { inputs: { ...inputs, state }, outputs: { ...outputs, state } };
  }

  async update(
    _id: string,
    _before: RolloutInputs,
    outputs: RolloutOutputs,
    inputs: RolloutInputs,
    operation: Operation,
  ): Promise<RolloutOutputs> {
    return this.roll(inputs, outputs, operation);
  }

  /** HAProxy goes with its machine. */
  delete(): Promise<void> {
    return Promise.resolve();
  }

  private async roll(inputs: RolloutInputs, earlier: RolloutOutputs | undefined, operation: Operation): Promise<RolloutOutputs> {
    const { plan, node, key, peer, peerKey, identityKey, certificateKeys, machine, healthyWithin, drainWithin } = inputs;
    const before = earlier?.plan;
    const credentials = plan.tls === undefined || identityKey === undefined ? undefined : { ...plan.tls, key: identityKey };
    const roll = (which: NodePlan, reached: BalancerNode): Promise<void> => {
      const configuration = this.render(plan, which);
      return rollOut(
        { node: reached, configuration, credentials, certificateKeys, plan, before, healthyWithin, drainWithin },
        operation,
      );
    };
    // An earlier run may have put the peer back, of which the engine's state knows nothing.
    if (peer !== undefined) {
      await this.at(peer, peerKey, false, operation, async (reached) => {
        if ((await reached.configuration()) !== this.render(plan, peer).text) await roll(peer, reached);
      });
    }
    try {
      await this.at(node, key, earlier?.machine !== machine, operation, (reached) => roll(node, reached));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (peer !== undefined && before !== undefined) {
        // Also after an interruption: both balancers shall have the same configuration.
        const whole = { ...operation, signal: new AbortController().signal };
        const putBack = this.at(peer, peerKey, false, whole, (reached) => this.putPeerBack(plan, before, peer, reached));
        if (await putBack.catch(() => false)) {
          throw new Error(`${reason}\nThe ${peer.role} balancer was put back too.`, { cause: error });
        }
      }
      throw error;
    }
    return { ...withoutKeys(inputs), configuration: this.render(plan, node).text };
  }

  /** Works on a node that no other run works on meanwhile. */
  private async at<Result>(
    which: NodePlan,
    key: string | undefined,
    young: boolean,
    operation: Operation,
    work: (node: BalancerNode) => Promise<Result>,
  ): Promise<Result> {
    const node = this.reach(which, key);
    try {
      await node.take(operation, young);
      return await work(node);
    } finally {
      await node.close();
    }
  }

  /** Only a peer that got this very plan, and had the one that this balancer still has, is put back. */
  private async putPeerBack(plan: Plan, before: Plan, peer: NodePlan, node: BalancerNode): Promise<boolean> {
    const earlier = this.render(before, peer).text;
    if ((await node.configuration()) !== this.render(plan, peer).text || (await node.previous()) !== earlier) return false;
    const { servers } = await node.serverStates();
    await putBack(node, earlier, { text: seedServerState(before, servers), servers });
    return true;
  }

  private async stateOf({ plan, node }: RolloutOutputs, key: string | undefined): Promise<string> {
    const { text, description } = this.render(plan, node);
    let reached: BalancerNode | undefined;
    try {
      reached = this.reach(node, key);
      if ((await reached.configuration()) !== text) return STATES.fileChanged;
      if ((await reached.description()) !== description) return STATES.otherConfiguration;
      return SERVING;
    } catch (error) {
      return error instanceof NodeTrouble ? error.state : STATES.noAnswer;
    } finally {
      await reached?.close();
    }
  }
}

/** What may stand in the state in clear. */
function withoutKeys(inputs: RolloutInputs): Omit<RolloutInputs, SecretInput> {
  const secrets: readonly string[] = SECRET_INPUTS;
  const known = Object.entries(inputs).filter(([name]) => !secrets.includes(name));
  return Object.fromEntries(known) as unknown as Omit<RolloutInputs, SecretInput>;
}
