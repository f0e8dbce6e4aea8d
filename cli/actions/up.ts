import * as path from "node:path";
import { stackOnThisMachine } from "../../components/clouds/local/stack-on-this-machine";
import { Duration } from "../../components/model/duration";
import { DEFAULT_HEALTHY_WITHIN } from "../../components/model/stack";
import { recordsUnder } from "../../provider/process/record";
import { runRoot } from "../../provider/process/run-root";
import { isLocal } from "../../workspace/backend";
import { type Deployment, readDeployment } from "../../workspace/deployment";
import { statedStack } from "../../workspace/stated-stack";
import { stackWithBackend } from "../chosen-stack";
import type { ChangeOptions } from "../command-line/options";
import { explain, locksOn } from "../lock";
import { warningOfSecrets } from "../local-secrets";
import { canBeOrdered, needsSomebody, orderedInWords } from "../ordered-certificate";
import { ensureStack, pulumi, ROOT, upFlags } from "../../workspace/project";
import { clearLocks } from "../locks-cleared";
import { Progress } from "../progress";
import { type SiteStatus, siteStatus } from "../site-status";
import { inWords, spikesNow } from "../spikes";
import { table } from "../../workspace/table";
import { afterChecks, serversDown } from "../wait-for-checks";

/** Brings a stack up, and reports what runs where. */
export async function up({ stack: name, yes, unlock }: ChangeOptions, further: readonly string[]): Promise<void> {
  const stack = stackWithBackend(name);
  await clearLocks(stack, "up", unlock === true);
  const local = isLocal(stack);
  const warning = warningOfSecrets(stack);
  if (warning !== undefined) console.error(warning);
  if (!(await ensureStack(stack))) {
    process.exitCode = 1;
    return;
  }
  const options = [...upFlags(stack), ...(yes ? ["--yes"] : []), ...further];
  const before = processesOf(stack);
  const bringUp = async (): Promise<Deployment | undefined> => {
    process.exitCode = (await pulumi(stack, ["up", ...options], true)).code;
    return process.exitCode === 0 ? readDeployment(stack) : undefined;
  };
  let deployment = await bringUp();
  if (canBeOrdered(deployment?.orderedCertificate)) {
    console.log("\nThe balancers can now answer the domain challenge; running `up` again to order the certificate.\n");
    deployment = await bringUp();
  }
  if (deployment !== undefined) {
    if (local) await report(stack, deployment, before);
    const { orderedCertificate: ordered } = deployment;
    process.stdout.write(orderedInWords(ordered, new Date()));
    if (ordered !== undefined && needsSomebody(ordered, new Date())) process.exitCode = 1;
  }
  // Another run may have taken the lock after it was looked for.
  if (deployment === undefined) for (const lock of locksOn(stack)) console.error(explain(lock, stack, "up"));
}

/** Numbers of the processes that a stack has on this machine. */
function processesOf(stack: string): Set<number> {
  const home = path.join(runRoot(), stackOnThisMachine(ROOT, stack));
  return new Set(recordsUnder(home).map(({ record }) => record.pid));
}

/** The state of a site after a run. What the run has started again passes its checks a moment later. */
async function settled(stack: string, deployment: Deployment, before: ReadonlySet<number>): Promise<SiteStatus> {
  const within = statedStack(stack)?.rollout.healthyWithin ?? DEFAULT_HEALTHY_WITHIN;
  const progress = new Progress();
  try {
    return await afterChecks({
      look: () => siteStatus(deployment),
      started: new Set([...processesOf(stack)].filter((pid) => !before.has(pid))),
      within: Duration.parse(within).milliseconds,
      show: (names) => progress.show(`Waiting up to ${within} for the health checks of ${names.join(", ")} …`),
    });
  } finally {
    progress.end();
  }
}

/** Prints what runs where, and what to do next. */
async function report(stack: string, deployment: Deployment, before: ReadonlySet<number>): Promise<void> {
  const site = await settled(stack, deployment, before);
  const { url, front, balancers, servers } = site;
  if (front.state !== "answers") process.exitCode = 1;
  const down = serversDown(site);
  const named = stack === "local" ? "" : ` -- --stack ${stack}`;
  const victim = servers.find(({ pid }) => pid !== null);
  const places = [...new Set(servers.map(({ pool, dataCenter }) => `${pool}/${dataCenter}`))].map((place) => {
    const [pool, dataCenter] = place.split("/");
    const names = servers.filter((server) => server.pool === pool && server.dataCenter === dataCenter).map(({ name }) => name);
    return [`pool ${pool ?? ""}`, dataCenter ?? "", names.join(" ")];
  });
  const first = servers[0];
  const count = servers.filter(({ pool, dataCenter }) => pool === first?.pool && dataCenter === first.dataCenter).length;
  console.log(`
  ${front.state === "answers" ? "The site is up: " : `The site ${front.state}:`} ${url}
${down.length === 0 ? "" : `  Not up: ${down.map(({ name, pid }) => `${name} (process ${pid ?? "dead"})`).join(", ")}\n`}${inWords(spikesNow(stack))}
${table(["what", "in", ""], [...balancers.map(({ role, dataCenter, url: own, state }) => [`${role} balancer`, dataCenter, `${own}  ${state}`]), ...places])}

  look    npm run status${named}
  scale   eval "$(npm run -s env${named})"
          npx pulumi config set --stack ${stack} --path evenkeel:pools.${first?.pool ?? "web"}.servers.${first?.dataCenter ?? "a"} ${count + 2}
          npm run up${named}
  break   kill -9 ${victim?.pid ?? "PID"}     (${victim?.name ?? "a server"}; then npm run up heals it)
  remove  npm run down${named}
`);
}
