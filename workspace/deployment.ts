import type { DeployedBalancer, DeployedServer } from "../components/deployed";
import type { OrderedCertificate } from "../components/ordered-certificate";
import type { Validity } from "../components/model/tls/certificate";
import type { MinimumHealthy } from "../components/model/pools/minimum-healthy";
import { pulumi } from "./project";

/** What a stack's last `up` made, as its outputs say. */
export interface Deployment {
  readonly url: string;
  readonly loadBalancers: Readonly<Record<string, DeployedBalancer>>;
  readonly servers: Readonly<Record<string, DeployedServer>>;
  readonly certificates?: Validity;
  readonly orderedCertificate?: OrderedCertificate;
  readonly minimumHealthy?: Readonly<Record<string, MinimumHealthy>>;
  readonly clientCertificates?: Readonly<Record<string, Validity>>;
}

/**
 * Reads a stack's outputs; undefined when nothing is deployed.
 * @throws Error with what Pulumi says when it can't tell.
 */
export async function readDeployment(stack: string): Promise<Deployment | undefined> {
  const { code, stdout, stderr } = await pulumi(stack, ["stack", "output", "--json"], false);
  if (code !== 0) {
    if (stderr.includes("no stack named")) return undefined;
    throw new Error(stderr.trim());
  }
  const outputs = JSON.parse(stdout) as Partial<Deployment>;
  return outputs.url === undefined ? undefined : (outputs as Deployment);
}
