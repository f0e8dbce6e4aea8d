import { setTimeout as pass } from "node:timers/promises";
import type { ServerRow, SiteStatus } from "./site-status";

/** Time between two looks at the balancers, in milliseconds. */
const LOOK_EVERY = 250;
/** States of a server that gets no requests. */
const NOT_UP = /^(DOWN|ejected)/;

/** How the wait for health checks goes about it. */
export interface Waiting {
  readonly look: () => Promise<SiteStatus>;
  /** Numbers of the processes that this run started. */
  readonly started: ReadonlySet<number>;
  /** The longest that it waits, in milliseconds. */
  readonly within: number;
  /** Shows which servers it waits for. */
  readonly show: (names: readonly string[]) => void;
}

/** The servers that a balancer finds down, less those that are declared out. */
export function serversDown({ servers }: Pick<SiteStatus, "servers">): ServerRow[] {
  return servers.filter(({ out, seenBy }) => !out && Object.values(seenBy).some(({ state }) => NOT_UP.test(state)));
}

/**
 * The state of a site once its balancers have checked what was just started, or after the time that this may take. A server that was down
 * before, and was not started again, is not waited for.
 */
export async function afterChecks({ look, started, within, show }: Waiting): Promise<SiteStatus> {
  const deadline = performance.now() + within;
  for (;;) {
    const status = await look();
    const isNew = ({ pid }: { readonly pid: number | null }): boolean => pid !== null && started.has(pid);
    const isAnyNew = status.balancers.some(isNew);
    const awaited = serversDown(status).filter((server) => isNew(server) || (isAnyNew && server.pid !== null));
    if (awaited.length === 0 || performance.now() >= deadline) return status;
    show(awaited.map(({ name }) => name));
    await pass(LOOK_EVERY);
  }
}
