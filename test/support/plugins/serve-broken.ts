import { PROCESS } from "../../../components/contracts/process";
import { ROLLOUT } from "../../../components/contracts/rollout";
import { ProcessResource } from "../../../provider/process/resource";
import { LocalNode } from "../../../provider/rollout/local-node";
import { type Renderer, RolloutResource } from "../../../provider/rollout/resource";
import { type AnyResource, serve } from "../../../provider/server";
import type { NodePlan } from "../../../components/model/plan";
import type { BalancerNode } from "../../../provider/haproxy/node";

/** The plugin with one part broken on purpose, to show that the tests see it. */
export async function serveBroken(broken: { render?: Renderer; reach?: (node: NodePlan) => BalancerNode }): Promise<void> {
  const reach = broken.reach ?? ((node: NodePlan) => new LocalNode(node));
  const server = await serve(
    "0.0.0",
    {
      [PROCESS]: new ProcessResource() as unknown as AnyResource,
      [ROLLOUT]: new RolloutResource(reach, broken.render) as unknown as AnyResource,
    },
    process.argv[2],
  );
  process.stdout.write(`${server.port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
}
