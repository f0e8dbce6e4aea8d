import { BalancedDeployment } from "../components/balanced-deployment";
import { readBatch } from "./batch";
import { dataCentersOf, failoverOf } from "./clouds";
import { readSecrets, readSettings } from "./settings";

/** What of the deployment the stack shows; what a site does not have is left out. */
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

/** The program that `pulumi up` runs: settings, deployment, outputs. */
export = (): object => {
  // The SDK notes a stack for each promise that it makes, and each is mapped to its sources, which took a second for eighty
  // resources. The limit is the usual one again once they are declared.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const stack = readSettings();
  const site = new BalancedDeployment(stack.site.name, {
    ...stack,
    site: stack.site.name,
    domain: stack.site.domain,
    dataCenters: dataCentersOf(stack),
    failover: failoverOf(stack),
    secrets: readSecrets(),
    batch: readBatch(),
  });
  Error.stackTraceLimit = stackTraceLimit;
  return Object.fromEntries(
    OUTPUTS.map((name): [string, unknown] => [name, site[name]]).filter(([, value]) => value !== undefined),
  );
};
