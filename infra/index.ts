import { BalancedDeployment } from "../components/balanced-deployment";
import { dataCentersOf, failoverOf } from "./clouds";
import { readSettings } from "./settings";

/** The program that `pulumi up` runs: settings, deployment, outputs. */
export = (): object => {
  const stack = readSettings();
  const { url, nameServers, loadBalancers, servers, quotas } = new BalancedDeployment(stack.site.name, {
    ...stack,
    site: stack.site.name,
    domain: stack.site.domain,
    dataCenters: dataCentersOf(stack),
    failover: failoverOf(stack),
  });
  const outputs = Object.entries({ url, nameServers, loadBalancers, servers, quotas });
  return Object.fromEntries(outputs.filter(([, value]) => value !== undefined));
};
