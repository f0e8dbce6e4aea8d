import { Duration } from "../model/duration";
import { type NodePlan, type PoolPlan, type ServerPlan, sortedEntries } from "../model/plan";
import { backendsOf } from "./backend-names";
import { type Credentials, credentialWords } from "./credentials";
import * as defaults from "./defaults";
import { checkRequest, checkWords } from "./render-check";

/** The backends of one pool. */
export function poolSections(name: string, pool: PoolPlan, node: NodePlan, tls: Credentials | undefined): string[] {
  const { main, checkedOnly } = backendsOf(name);
  const servers = sortedEntries(pool.servers);
  const observe = ` observe layer4 error-limit ${defaults.REFUSALS_UNTIL_OUT} on-error mark-down`;
  const words = tls === undefined ? "" : credentialWords(tls, node.directory);
  const encryption = ({ certifiedName }: ServerPlan): string =>
    certifiedName === undefined ? "" : ` ${words} verifyhost ${certifiedName}`;
  // Only Linux has it, which every machine of a cloud runs.
  const unacknowledged = node.remote === undefined ? "" : ` tcp-ut ${defaults.UNACKNOWLEDGED_WITHIN}`;
  const backend = (title: string, extra: string): string[] => [
    `backend ${title}`,
    `  timeout server ${Duration.parse(pool.responseTimeout)}`,
    ...checkRequest(pool.healthCheck),
    `  http-request disable-l7-retry unless { method ${defaults.SAFE_METHODS.join(" ")} }`,
    ...servers.map(([server, plan]) =>
      serverLine(server, plan, pool, node.dataCenter, encryption(plan) + unacknowledged + extra),
    ),
  ];
  return [...backend(main, observe), ...backend(checkedOnly, "")];
}

function serverLine(name: string, server: ServerPlan, pool: PoolPlan, here: string, extra: string): string {
  const check = checkWords(pool.healthCheck, server.dataCenter === here ? "near" : "far");
  const slowStart = Duration.parse(pool.slowStart);
  return (
    `  server ${name} ${server.address}:${server.port} ${check}` +
    `${slowStart.milliseconds === 0 ? "" : ` slowstart ${slowStart}`}${extra}`
  );
}
