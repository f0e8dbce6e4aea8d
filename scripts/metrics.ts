import { report } from "../components/model/problem";
import { readStack } from "../components/model/read-stack";
import type { Stack } from "../components/model/stack";
import type { Target } from "../components/metrics/scrape";
import { readDeployment } from "./deployment";
import { writeMonitoring } from "./monitoring";
import { readStackFile } from "./stack-file";
import { runVerb, soundArguments } from "./verb";

const USAGE = "npm run metrics -- --out DIR [--stack NAME]";
const PREFIX = "evenkeel:";

/** Writes Prometheus's configuration, alerts and Grafana's dashboard of a stack. @throws Error saying what is wrong with the stack. */
async function main(): Promise<void> {
  const { stack: name, rest } = soundArguments();
  const [word = "", folder] = rest[0]?.startsWith("--out=") ? ["--out", rest[0].slice("--out=".length)] : rest;
  if (word !== "--out" || folder === undefined || folder === "") throw new Error(`Where to? ${USAGE}`);
  const stack = stackOf(name);
  const targets = await targetsOf(name).catch((error: unknown) => {
    console.log(`What stands of ${name} can't be told: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  });
  for (const file of writeMonitoring(folder, stack, targets)) console.log(file);
  if (!stack.metrics.enabled)
    console.log(`The stack ${name} shows no metrics yet: say enabled: true in ${PREFIX}metrics, and bring it up.`);
  else if (targets.length === 0)
    console.log(`No balancer of ${name} shows metrics yet, so prometheus.yml asks none: bring it up, and run this again.`);
}

function stackOf(name: string): Stack {
  const own = Object.entries(readStackFile(name).config).filter(([key]) => key.startsWith(PREFIX));
  const { stack, problems } = readStack(Object.fromEntries(own.map(([key, value]) => [key.slice(PREFIX.length), value])));
  if (stack === undefined) throw new Error(report(`stacks/Pulumi.${name}.yaml`, problems));
  return stack;
}

/** The balancers that show metrics, less one that is declared out. */
async function targetsOf(name: string): Promise<Target[]> {
  const balancers = Object.entries((await readDeployment(name))?.loadBalancers ?? {});
  return balancers.flatMap(([balancer, { dataCenter, metrics, out }]) =>
    metrics === undefined || out ? [] : [{ balancer, dataCenter, url: metrics }],
  );
}

runVerb(main);
