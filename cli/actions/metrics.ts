import type { Target } from "../../components/metrics/scrape";
import { readDeployment } from "../../workspace/deployment";
import { writeMonitoring } from "../../workspace/monitoring";
import { soundStack } from "../../workspace/stated-stack";
import { stackWithBackend } from "../chosen-stack";
import type { StackOptions } from "../command-line/options";

/** Writes Prometheus's configuration, alerts and Grafana's dashboard of a stack. @throws Error saying what is wrong with the stack. */
export async function metrics({ stack: named, out: folder }: StackOptions & { readonly out: string }): Promise<void> {
  const name = stackWithBackend(named);
  const stack = soundStack(name);
  const targets = await targetsOf(name).catch((error: unknown) => {
    console.log(`Could not read the outputs of stack ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  });
  for (const file of writeMonitoring(folder, stack, targets)) console.log(file);
  if (!stack.metrics.enabled)
    console.log(`The stack ${name} shows no metrics yet: say enabled: true in evenkeel:metrics, and bring it up.`);
  else if (targets.length === 0)
    console.log(`No balancer of ${name} shows metrics yet, so prometheus.yml asks none: bring it up, and run this again.`);
}

/** The balancers that show metrics, less one that is declared out. */
async function targetsOf(name: string): Promise<Target[]> {
  const balancers = Object.entries((await readDeployment(name))?.loadBalancers ?? {});
  return balancers.flatMap(([balancer, { dataCenter, metrics, out }]) =>
    metrics === undefined || out ? [] : [{ balancer, dataCenter, url: metrics }],
  );
}
