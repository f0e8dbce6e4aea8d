import type { BalancedDeployment } from "../components/balanced-deployment";

/** The outputs of a stack, which are those of its deployment. */
const OUTPUTS = [
  "url",
  "nameServers",
  "loadBalancers",
  "servers",
  "certificates",
  "clientCertificates",
  "orderedCertificate",
  "quotas",
  "minimumHealthy",
] as const;

/** Returns the outputs of a stack; what a site does not have is left out. */
export function outputsOf(site: BalancedDeployment): object {
  return Object.fromEntries(
    OUTPUTS.map((name): [string, unknown] => [name, site[name]]).filter(([, value]) => value !== undefined),
  );
}
