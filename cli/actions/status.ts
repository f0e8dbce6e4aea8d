import { wasChecked } from "../../components/haproxy/server-status";
import { clientValidityInWords, validityInWords } from "../certificates";
import { readDeployment } from "../../workspace/deployment";
import { leftOutInWords } from "../left-out";
import { orderedInWords } from "../ordered-certificate";
import { siteStatus } from "../site-status";
import { inWords, spikesNow } from "../spikes";
import { table } from "../../workspace/table";
import { stackWithBackend } from "../chosen-stack";
import type { StackOptions } from "../command-line/options";

/** Prints the state of every balancer and server of a stack. */
export async function status({ stack: name, json }: StackOptions & { readonly json?: true }): Promise<void> {
  const stack = stackWithBackend(name);
  const deployment = await readDeployment(stack);
  if (deployment === undefined) {
    console.error(`Nothing is deployed in the stack ${stack}. \`npm run up\` deploys it.`);
    process.exitCode = 1;
    return;
  }
  const site = await siteStatus(deployment);
  const spikes = spikesNow(stack);
  const { certificates, clientCertificates, orderedCertificate } = deployment;
  if (json) {
    console.log(JSON.stringify({ ...site, spikes, certificates, clientCertificates, orderedCertificate }, null, 2));
    return;
  }
  const { url, front, balancers, servers } = site;
  const now = new Date();
  const validities = [
    validityInWords(certificates, now),
    clientValidityInWords(clientCertificates, now),
    orderedInWords(orderedCertificate, now),
  ];
  console.log(
    `\n  ${url}  ${front.state}; front: ${front.pid === null ? "dead" : `process ${front.pid}`}\n${inWords(spikes)}${validities.join("")}`,
  );
  console.log(
    table(
      ["balancer", "in", "state", "sessions", "requests", "by itself", "pid"],
      balancers.map(({ role, dataCenter, state, sessions, requests, url: own, pid }) => [
        role,
        dataCenter,
        state,
        sessions,
        requests,
        own,
        pid ?? "-",
      ]),
    ),
  );
  const short = leftOutInWords(balancers);
  if (short !== "") console.log(`\n${short.trimEnd()}`);
  const roles = balancers.map(({ role }) => role);
  const rows = servers.map(({ name, dataCenter, address, pid, out, seenBy }) => {
    const views = roles.map((role) => seenBy[role]);
    const total = (figure: "sessions" | "requests"): number => views.reduce((sum, view) => sum + (view?.[figure] ?? 0), 0);
    const lastCheck = [...new Set(views.map((view) => checkInWords(view?.lastCheck ?? "")))].join("; ");
    return [
      name,
      dataCenter,
      ...views.map((view) => (out ? "out" : (view?.state ?? "?"))),
      lastCheck,
      total("sessions"),
      total("requests"),
      address,
      pid ?? "dead",
    ];
  });
  console.log(
    `\n${table(["server", "in", ...roles.map((role) => `by ${role}`), "last check", "sessions", "requests", "address", "pid"], rows)}\n`,
  );
}

/** HAProxy's word for a check that has not been made, and for a good one, whose status it does not always tell. */
function checkInWords(lastCheck: string): string {
  if (!wasChecked({ lastCheck })) return "not yet";
  return lastCheck.startsWith("L7OK") ? "L7OK" : lastCheck;
}
