import type { DeployedBalancer, DeployedServer } from "../components/balanced-deployment";
import { pulumi } from "./project";

/** What a stack's last `up` made, as its outputs say. */
export interface Deployment {
  readonly url: string;
  readonly loadBalancers: Readonly<Record<string, DeployedBalancer>>;
  readonly servers: Readonly<Record<string, DeployedServer>>;
}

/** Reads a stack's outputs; undefined when nothing is deployed. */
export async function readDeployment(stack: string): Promise<Deployment | undefined> {
  const { code, stdout } = await pulumi(stack, ["stack", "output", "--json"], false);
  if (code !== 0) return undefined;
  const outputs = JSON.parse(stdout) as Partial<Deployment>;
  return outputs.url === undefined ? undefined : (outputs as Deployment);
}
