import type { Target } from "../../components/metrics/scrape";
import { readDeployment } from "../../workspace/deployment";
import { writeMonitoring } from "../../workspace/monitoring";
import { soundStack } from "../../workspace/stated-stack";
import { soundArguments } from "../verb";
import { runVerb } from "../../workspace/run-verb";

const USAGE = "npm run metrics -- --out DIR [--stack NAME]";

/** Writes Prometheus's configuration, alerts and Grafana's dashboard of a stack. @throws Error saying what is wrong with the stack. */
async function main(): Promise<void> {
  const { stack: name, rest } = soundArguments();
  const [word = "", folder] = rest[0]?.startsWith("--out=") ? ["--out", rest[0].slice("--out=".length)] : rest;
  if (word !== "--out" || folder === undefined || folder === "") throw new Error(`Where to? ${USAGE}`);
  const stack = soundStack(name);
  const targets = await targetsOf(name).catch((error: unknown) => {
    console.log(`What stands of ${name} can't be told: ${error instanceof Error ? error.message : String(error)}`);
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

runVerb(main);
