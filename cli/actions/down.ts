import * as path from "node:path";
import { stackOnThisMachine } from "../../components/clouds/local/stack-on-this-machine";
import { Duration } from "../../components/model/duration";
import { end } from "../../provider/process/launch";
import { directoriesUnder, readRecord, removeDirectory } from "../../provider/process/record";
import { runRoot } from "../../provider/process/run-root";
import { isLocal, mayExist, stateDirectory } from "../../workspace/backend";
import { type Deployment, readDeployment } from "../../workspace/deployment";
import { pulumi, ROOT } from "../../workspace/project";
import { statedStack } from "../../workspace/stated-stack";
import { stackWithBackend } from "../chosen-stack";
import type { ChangeOptions } from "../command-line/options";
import { confirm } from "../confirm";
import { clearLocks } from "../locks-cleared";
import { Progress } from "../progress";
import { takeDown } from "../take-down";

/** Destroys what a stack has made. */
export async function down({ stack: name, yes, unlock }: ChangeOptions, further: readonly string[]): Promise<void> {
  const stack = stackWithBackend(name);
  await clearLocks(stack, "down", unlock === true);
  process.exitCode = await takeDown({
    stack,
    isLocal: isLocal(stack),
    yes: yes === true,
    further,
    exists: () => exists(stack),
    contents: async () => contentsOf(stack, await readDeployment(stack)),
    ask: confirm,
    destroy: async (options) => (await pulumi(stack, ["destroy", ...options], true)).code,
    sweep: () => sweep(stack),
    say: (line) => console.log(line),
  });
}

async function exists(stack: string): Promise<boolean> {
  if (stateDirectory(stack) !== undefined) return mayExist(stack);
  const progress = new Progress();
  progress.show(`Looking up the stack ${stack} …`);
  const { code, stderr } = await pulumi(stack, ["stack", "output", "--json"], false);
  progress.end();
  if (code === 0) return true;
  if (stderr.includes("no stack named")) return false;
  throw new Error(stderr.trim());
}

/** What is deployed, by its outputs: the page, and what runs in each data center. */
function contentsOf(stack: string, deployment: Deployment | undefined): string[] {
  if (deployment === undefined) return ["whatever its state records; it has no outputs"];
  const providers = statedStack(stack)?.dataCenters ?? {};
  const places = new Map<string, string[]>();
  const add = (place: string, what: string): unknown => places.set(place, [...(places.get(place) ?? []), what]);
  for (const [role, { dataCenter }] of Object.entries(deployment.loadBalancers)) add(dataCenter, `the ${role} balancer`);
  const servers = Object.values(deployment.servers);
  for (const place of new Set(servers.map(({ dataCenter }) => dataCenter))) {
    const count = servers.filter(({ dataCenter }) => dataCenter === place).length;
    add(place, count === 1 ? "1 web server" : `${count} web servers`);
  }
  const inPlace = [...places].map(
    ([place, what]) => `${place} (${providers[place]?.provider ?? "no longer in its file"}): ${what.join(", ")}`,
  );
  return [`the site at ${deployment.url}`, ...inPlace];
}

/** Ends what a killed run, or lost state, left of a stack on this machine; returns the names of what still ran. */
async function sweep(stack: string): Promise<string[]> {
  const home = path.join(runRoot(), stackOnThisMachine(ROOT, stack));
  const left = await Promise.all(
    directoriesUnder(home).map(async (directory) => {
      const record = readRecord(directory);
      if (record !== undefined) await end(directory, record.stop.signal, Duration.parse(record.stop.within).milliseconds);
      removeDirectory(directory);
      return record === undefined ? [] : [path.basename(directory)];
    }),
  );
  removeDirectory(home);
  return left.flat();
}
