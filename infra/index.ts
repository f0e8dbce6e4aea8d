import { BalancedDeployment } from "../components/balanced-deployment";
import { dataCentersOf, failoverOf } from "./clouds";
import { readSettings } from "./settings";

/** The program that `pulumi up` runs: settings, deployment, outputs. */
export = (): object => {
  const stack = readSettings();
  const { url, loadBalancers, servers } = new BalancedDeployment(stack.site.name, {
    ...stack,
    site: stack.site.name,
    dataCenters: dataCentersOf(stack),
    failover: failoverOf(stack),
  });
  return { url, loadBalancers, servers };
};
