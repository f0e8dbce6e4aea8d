import type { RemoteAccess, NodePlan, Plan } from "../../../../../components/model/plan";
import { HaproxyNode } from "../../../../../provider/haproxy/haproxy-node";
import { rollOut } from "../../../../../provider/rollout/roll-out";
import { PATIENCE, SshTransport } from "../../../../../provider/transport/ssh/transport";
import { operation, rollout } from "../../rollout/balancer";

/** What a rollout in a process of its own is told. */
export interface RolloutTold {
  readonly access: RemoteAccess;
  readonly key: string;
  readonly node: NodePlan;
  readonly plan: Plan;
  readonly before: Plan;
  readonly healthyWithin: string;
  readonly drainWithin: string;
  readonly grace: number;
}

/** Rolls out and prints what it waits for, so that a test can kill it there. */
async function main(): Promise<void> {
  const told = JSON.parse(process.env.ROLLOUT ?? "") as RolloutTold;
  const transport = new SshTransport("the primary balancer", told.access, told.key, { ...PATIENCE, grace: told.grace });
  const node = new HaproxyNode(told.node, transport);
  const shown = { ...operation(), status: (message: string) => void process.stdout.write(`${message}\n`) };
  await node.take(shown, false);
  const { plan, before, healthyWithin, drainWithin } = told;
  await rollOut(rollout(node, told.node, plan, { before, healthyWithin, drainWithin }), shown);
}

void main();
