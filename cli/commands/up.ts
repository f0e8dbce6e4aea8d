import { type Deployment, readDeployment } from "../../workspace/deployment";
import { explain, locksOn } from "../lock";
import { warningOfSecrets } from "../local-secrets";
import { canBeOrdered, needsSomebody, orderedInWords } from "../ordered-certificate";
import { ensureStack, isLocal, pulumi, upFlags } from "../../workspace/project";
import { siteStatus } from "../site-status";
import { inWords, spikesNow } from "../spikes";
import { table } from "../../workspace/table";
import { beginChange } from "../verb";
import { runVerb } from "../../workspace/run-verb";

async function main(): Promise<void> {
  const { stack, rest } = await beginChange("up");
  const local = isLocal(stack);
  const warning = warningOfSecrets(stack);
  if (warning !== undefined) console.error(warning);
  if (!(await ensureStack(stack))) {
    process.exitCode = 1;
    return;
  }
  const bringUp = async (): Promise<Deployment | undefined> => {
    process.exitCode = (await pulumi(stack, ["up", ...upFlags(stack), ...rest], true)).code;
    return process.exitCode === 0 ? readDeployment(stack) : undefined;
  };
  let deployment = await bringUp();
  if (canBeOrdered(deployment?.orderedCertificate)) {
    console.log("\nThe balancers can prove now whose the domains are: once more, to order their certificate.\n");
    deployment = await bringUp();
  }
  if (deployment !== undefined) {
    if (local) await tell(stack, deployment);
    const { orderedCertificate: ordered } = deployment;
    process.stdout.write(orderedInWords(ordered, new Date()));
    if (ordered !== undefined && needsSomebody(ordered, new Date())) process.exitCode = 1;
  }
  // Another run may have taken the lock after it was looked for.
  if (deployment === undefined) for (const lock of locksOn(stack)) console.error(explain(lock, stack, "up"));
}

/** What stands where, and what to do next. */
async function tell(stack: string, deployment: Deployment): Promise<void> {
  const { url, front, balancers, servers } = await siteStatus(deployment);
  if (front.state !== "answers") process.exitCode = 1;
  const down = servers.filter(
    ({ out, seenBy }) => !out && Object.values(seenBy).some(({ state }) => /^(DOWN|ejected)/.test(state)),
  );
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

runVerb(main);
